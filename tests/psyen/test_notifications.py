"""Who is written to, once, and what the mail must not say."""

import datetime as dt

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from comptes.enums import Role
from psyen.models import Arrete
from psyen.notifications import annoncer_arrete
from psyen.services.arretes import produire_document
from psyen.services.decision import renvoyer_repartition
from psyen.services.repartition import proposer_repartition, reprendre_repartition
from psyen.tasks import produire_arretes_manquants
from reseaux.perimetre import Perimetre
from socle.models import Courriel, Notification
from tests.psyen.factories import (
    creer_arretee,
    creer_brouillon,
    creer_modificatif_propose,
    creer_proposee,
    creer_psyen,
    decider,
    ecoles_de,
    enregistrer,
    saisie,
)
from tests.reseaux.factories import (
    creer_annee,
    creer_cio,
    creer_habilitation,
    creer_perimetre,
    creer_utilisateur,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sans_mise_en_page(monkeypatch):
    """The drawing has its own tests: here only who is written to."""
    monkeypatch.setattr("psyen.services.arretes.dessiner_arrete", lambda arrete: b"%PDF")


@pytest.fixture
def arrete():
    """Ana in a lycée and a collège, Bob in the lycée only; the lycée has a chef, the collège an address."""
    ana = creer_psyen("CanariAna", utilisateur=creer_utilisateur("ana@ac.example"))
    bob = creer_psyen("CanariBob")
    repartition = creer_brouillon(annee=creer_annee(), psyens=0)
    lycee, college, _ = ecoles_de(repartition.cio.reseaux.get(annee=repartition.annee))
    college.courriel = "college@ac.example"
    college.save()
    creer_habilitation(
        Role.CHEF_ETABLISSEMENT, lycee, utilisateur=creer_utilisateur("proviseur@ac.example", nom="Chef")
    )
    lycee.courriel = "lycee@ac.example"
    lycee.save()
    enregistrer(
        repartition,
        saisie(repartition, ana, {lycee: "1.5", college: "3.5"}, cio="4"),
        saisie(repartition, bob, {lycee: "2.5"}, cio="7"),
    )
    dcio = creer_perimetre(
        Role.DCIO, repartition.cio, utilisateur=creer_utilisateur("dcio@ac.example", nom="Direction")
    )
    creer_habilitation(
        Role.SECRETAIRE_CIO, repartition.cio, utilisateur=creer_utilisateur("secretaire@ac.example")
    )
    return decider(proposer_repartition(repartition=repartition, perimetre=dcio))


def courriels_de(arrete):
    return {c.destinataire: c for c in Courriel.objects.filter(cle__startswith=f"psyen.arrete:{arrete.pk}:")}


def test_chacun_recoit_son_courriel_avec_le_document_pas_avant(arrete):
    assert courriels_de(arrete) == {}
    produire_document(arrete=arrete)
    ana, bob = "dominique.canariana@ac.example", "dominique.canaribob@ac.example"
    assert set(courriels_de(arrete)) == {
        ana,
        bob,
        "proviseur@ac.example",
        "college@ac.example",
        "dcio@ac.example",
        "secretaire@ac.example",
    }


def test_une_seule_fois_quoi_qu_il_arrive(arrete):
    produire_document(arrete=arrete)
    produire_document(arrete=arrete)
    annoncer_arrete(Arrete.objects.get(pk=arrete.pk))
    produire_arretes_manquants()
    assert len(courriels_de(arrete)) == Courriel.objects.filter(cle__startswith="psyen.arrete").count() == 6
    assert Notification.objects.filter(utilisateur__courriel="ana@ac.example").count() == 1


def test_chacun_ne_lit_que_ses_demi_journees(arrete):
    produire_document(arrete=arrete)
    textes = {adresse: c.corps_texte for adresse, c in courriels_de(arrete).items()}
    ana, bob = textes["dominique.canariana@ac.example"], textes["dominique.canaribob@ac.example"]
    assert "CIO de Blois : 4 demi-journées" in ana
    assert "3,5 demi-journées" in ana
    assert "CanariBob" not in ana
    assert "CanariAna" not in bob
    assert "2,5 demi-journées" in bob
    lycee, college = textes["proviseur@ac.example"], textes["college@ac.example"]
    assert "CanariAna : 1,5 demi-journée ;" in lycee
    assert "CanariBob : 2,5 demi-journées." in lycee
    assert "3,5" not in lycee
    assert "4 demi-journées" not in lycee
    assert "CanariAna : 3,5 demi-journées." in college
    assert "CanariBob" not in college
    assert "demi-journée" not in textes["dcio@ac.example"]


def test_le_courriel_dit_quand_et_mene_a_la_bonne_page(arrete, settings):
    produire_document(arrete=arrete)
    courriels = courriels_de(arrete)
    effet = f"1er septembre {arrete.repartition.annee.debut.year}"
    pour_ana, pour_lycee = courriels["dominique.canariana@ac.example"], courriels["proviseur@ac.example"]
    assert pour_ana.objet == f"Arrêté n° {arrete.numero} : votre service à compter du {effet}"
    assert pour_lycee.objet == f"Arrêté n° {arrete.numero} : vos PsyEN à compter du {effet}"
    assert f"{settings.ADRESSE_PUBLIQUE}/ma-semaine/" in pour_ana.corps_texte
    assert f"{settings.ADRESSE_PUBLIQUE}/mon-psyen/" in pour_lycee.corps_texte
    assert "Bonjour" in pour_ana.corps_texte
    assert "Madame, Monsieur," in courriels["college@ac.example"].corps_texte
    assert f'<a href="{settings.ADRESSE_PUBLIQUE}/ma-semaine/"' in pour_ana.corps_html


def test_un_modificatif_n_ecrit_qu_a_ceux_dont_le_service_change():
    initiale = creer_arretee()
    inchange = creer_psyen("Inchange", cio=initiale.cio, debut=creer_annee().debut + dt.timedelta(days=400))
    arrete = decider(creer_modificatif_propose(initiale, "2"))
    produire_document(arrete=arrete)
    psyen = initiale.services.get().psyen
    assert psyen.courriel in courriels_de(arrete)
    assert inchange.courriel not in courriels_de(arrete)


def test_l_ecole_qui_perd_son_psyen_l_apprend():
    initiale = creer_arretee()
    college = ecoles_de(initiale.cio.reseaux.get(annee=initiale.annee))[1]
    college.courriel = "college@ac.example"
    college.save()
    arrete = decider(creer_modificatif_propose(initiale, "3"))
    produire_document(arrete=arrete)
    assert "aucun psyen" in courriels_de(arrete)["college@ac.example"].corps_texte.lower().replace(
        "psychologue", "psyen"
    )


def test_une_adresse_tres_longue_n_empeche_rien():
    psyen = creer_psyen()
    psyen.courriel = f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 20}.example"
    psyen.save()
    repartition = creer_proposee(cio=psyen.rattachements.get().cio)
    arrete = decider(repartition)
    produire_document(arrete=arrete)
    assert psyen.courriel in courriels_de(arrete)


# --- before the decision ---------------------------------------------------------------------------------


def test_la_proposition_est_ecrite_au_dasen_et_a_l_ien_io_pas_au_voisin():
    for role, adresse in ((Role.DASEN, "dasen@ac.example"), (Role.IEN_IO, "ien@ac.example")):
        creer_habilitation(role, utilisateur=creer_utilisateur(adresse))
    creer_habilitation(Role.SG, utilisateur=creer_utilisateur("sg@ac.example"))
    finie = creer_habilitation(Role.DASEN, utilisateur=creer_utilisateur("ancien@ac.example"))
    finie.revoquee_le = timezone.now()
    finie.save()
    creer_proposee()
    courriels = {c.destinataire: c for c in Courriel.objects.filter(cle__startswith="psyen.proposition")}
    assert set(courriels) == {"dasen@ac.example", "ien@ac.example"}
    assert "Elle attend votre décision" in courriels["dasen@ac.example"].corps_texte
    assert "Elle attend votre avis" in courriels["ien@ac.example"].corps_texte


def test_les_chefs_concernes_sont_prevenus_dans_l_application():
    repartition = creer_brouillon()
    tete = repartition.cio.reseaux.get(annee=repartition.annee).tete
    chef = creer_habilitation(Role.CHEF_ETABLISSEMENT, tete)
    ailleurs = creer_habilitation(Role.CHEF_ETABLISSEMENT)
    proposer_repartition(repartition=repartition, perimetre=creer_perimetre(Role.DCIO, repartition.cio))
    assert Notification.objects.filter(utilisateur=chef.utilisateur, url="/mon-psyen/").count() == 1
    assert not Notification.objects.filter(utilisateur=ailleurs.utilisateur).exists()


def test_renvoi_puis_nouvelle_proposition_deux_courriels_de_chaque():
    dcio = creer_perimetre(Role.DCIO)
    dasen = creer_perimetre(Role.DASEN)
    repartition = creer_proposee(dcio=dcio)
    renvoyer_repartition(repartition=repartition, motif="Renforcer le lycée.", perimetre=dasen)
    renvoi = Courriel.objects.get(cle__startswith="psyen.renvoi")
    assert renvoi.destinataire == dcio.utilisateur.courriel
    assert "« Renforcer le lycée. »" in renvoi.corps_texte
    reprendre_repartition(repartition=repartition, perimetre=Perimetre.systeme())
    proposer_repartition(repartition=repartition, perimetre=dcio)
    assert Courriel.objects.filter(cle__startswith="psyen.proposition").count() == 2


def test_le_dcio_du_cio_mere_est_prevenu_pour_son_antenne():
    mere = creer_cio()
    dcio = creer_perimetre(Role.DCIO, mere)
    antenne = creer_cio("Contres", parent=mere)
    arrete = decider(creer_proposee(cio=antenne))
    produire_document(arrete=arrete)
    assert dcio.utilisateur.courriel in courriels_de(arrete)


def test_un_arrete_impossible_a_dessiner_n_arrete_pas_les_autres(monkeypatch):
    premier, second = decider(creer_proposee()), decider(creer_proposee(cio=creer_cio("Vendôme")))
    dessiner = produire_document

    def capricieux(*, arrete):
        if arrete.pk == premier.pk:
            raise ImproperlyConfigured("police absente")
        return dessiner(arrete=arrete)

    monkeypatch.setattr("psyen.tasks.produire_document", capricieux)
    produire_arretes_manquants()
    second.refresh_from_db()
    assert second.fichier is not None
