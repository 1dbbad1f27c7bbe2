"""The pages: the CIO entrusts, the PsyEN reads and comments, the chef says his priority."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from comptes.enums import Role
from missions.models import CommentaireMissions, MissionConfiee, PrioriteEtablissement
from missions.services.missions_echanges import commenter_missions, dire_priorite
from psyen.selectors.controles import nombre
from socle.journal import journaliser
from tests.missions.factories import creer_mission_confiee
from tests.missions.test_missions import Monde
from tests.reseaux.factories import (
    annee_precedente,
    connecter,
    creer_academie,
    creer_cio,
    creer_departement,
    creer_etablissement,
    creer_perimetre,
    creer_utilisateur,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def monde() -> Monde:
    monde = Monde()
    monde.psyen.utilisateur = creer_utilisateur(nom="Psy")
    monde.psyen.save()
    return monde


def adresse(monde: Monde, nom: str = "confier") -> str:
    return reverse(f"missions:{nom}", args=[monde.psyen.pk, monde.annee.code])


def champ(monde: Monde, code: str, lieu: str = "cio", prefixe: str = "d") -> str:
    return f"{prefixe}-{lieu}-{monde.missions[code].pk}"


def test_le_dcio_confie_en_demi_journees_et_en_pourcentage(client, monde):
    connecter(client, monde.dcio)
    page = client.get(adresse(monde))
    donnees = {
        "empreinte": page.context["ecran"].empreinte,
        champ(monde, "M1"): "50 %",
        champ(monde, "M2"): "0,75",
        champ(monde, "M5", str(monde.tete.pk)): "2",
        champ(monde, "M5", str(monde.tete.pk), "t"): "Avec les classes de seconde",
    }
    reponse = client.post(adresse(monde), donnees, follow=True)
    assert "Les missions sont enregistrées." in reponse.text
    assert "Avec les classes de seconde" in reponse.text
    ecrites = [nombre(parts) for _, _, parts in monde.lues()]
    assert ecrites == ["2", "0,75", "2"]


def test_une_saisie_refusee_est_montree_de_nouveau_telle_quelle(client, monde):
    connecter(client, monde.dcio)
    for texte, motif in (
        ("4,25", "4,25 demi-journées confiées pour 4"),
        ("110 %", "110 % confiés"),
        ("2 %", "moins d’un quart de demi-journée"),
        ("beaucoup", "« beaucoup » ne se lit pas"),
    ):
        reponse = client.post(adresse(monde), {champ(monde, "M1"): texte})
        assert motif in reponse.text
        assert f'value="{texte}"' in reponse.text
    assert not MissionConfiee.objects.exists()


def test_le_second_a_enregistrer_voit_ce_que_le_premier_a_ecrit(client, monde):
    connecter(client, monde.dcio)
    empreinte = client.get(adresse(monde)).context["ecran"].empreinte
    monde.confier(monde.saisie("M1", None, "1"))
    reponse = client.post(adresse(monde), {"empreinte": empreinte, champ(monde, "M1"): "3"})
    assert "pendant que vous les écriviez" in reponse.text
    assert "enregistré : 1" in reponse.text
    nouvelle = reponse.context["ecran"].empreinte
    client.post(adresse(monde), {"empreinte": nouvelle, champ(monde, "M1"): "3"})
    assert [parts for _, _, parts in monde.lues()] == [3]


def test_l_an_dernier_se_reprend_en_brouillon_sans_rien_ecrire(client, monde):
    creer_mission_confiee(
        monde.psyen, monde.missions["M1"], annee=annee_precedente(), cio=monde.cio, demi_journees="1.5"
    )
    connecter(client, monde.dcio)
    page = client.get(adresse(monde), {"reprendre": "avant"})
    assert 'value="1,5"' in page.text
    assert "Ce brouillon n’est pas enregistré" in page.text
    assert not MissionConfiee.objects.filter(annee=monde.annee).exists()


def test_le_psyen_lit_toutes_ses_missions_et_commente_le_cio_repond(client, monde):
    monde.confier(monde.saisie("M1", None, "1"), monde.saisie("M6a", monde.tete, "1"))
    psyen = creer_perimetre(Role.PSYEN, monde.cio.departement, utilisateur=monde.psyen.utilisateur)
    connecter(client, psyen)
    page = client.get(reverse("missions:mes_missions"))
    assert "autorité hiérarchique du DCIO" in page.text
    assert "autorité fonctionnelle du chef d’établissement" in page.text
    client.post(adresse(monde, "missions_commenter"), {"texte": "Trop de salons."})
    connecter(client, monde.dcio)
    client.post(adresse(monde, "missions_commenter"), {"texte": "Parlons-en."})
    page = client.get(adresse(monde, "missions_psyen"))
    assert "Trop de salons." in page.text
    assert "Parlons-en." in page.text
    assert CommentaireMissions.objects.dans_perimetre(psyen).count() == 2
    assert not CommentaireMissions.objects.dans_perimetre(creer_perimetre(Role.IEN_IO)).exists()


def test_l_historique_d_un_cio_ne_dit_rien_de_ce_qu_un_autre_a_confie(client, monde):
    monde.confier(monde.saisie("M1", None, "1", precisions="Confidence de Blois"))
    psyen = creer_perimetre(Role.PSYEN, monde.cio.departement, utilisateur=monde.psyen.utilisateur)
    commenter_missions(
        perimetre=psyen, psyen=monde.psyen, cio=monde.cio, annee=monde.annee, texte="Trop de salons."
    )
    # Before the journal kept the CIO.
    ancien = {str(monde.cio): {"M1": "2, Acte ancien"}}
    action = "missions.confiees.enregistrees"
    journaliser(perimetre=monde.dcio, action=action, objet=monde.psyen, avant={}, apres=ancien)
    arrivee = creer_cio(
        "Redon", departement=creer_departement("035", academie=creer_academie("14", "Rennes"))
    )
    creer_mission_confiee(monde.psyen, annee=monde.annee, cio=arrivee)
    connecter(client, creer_perimetre(Role.DCIO, arrivee))
    page = client.get(adresse(monde, "missions_psyen"))
    assert page.status_code == 200
    assert not page.context["historique"].exists()
    assert "Confidence de Blois" not in page.text
    connecter(client, monde.dcio)
    page = client.get(adresse(monde, "missions_psyen"))
    assert page.context["historique"].count() == 2
    assert "1, Confidence de Blois" in page.text
    assert "Acte ancien" not in page.text
    connecter(client, psyen)
    page = client.get(reverse("missions:mes_missions"))
    assert page.context["historique"].count() == 3
    assert "Acte ancien" in page.text
    assert "Cio" not in page.text


def test_le_psyen_de_deux_cio_parle_a_celui_qu_il_choisit_et_a_lui_seul(client, monde):
    second = creer_cio("Vendôme")
    creer_mission_confiee(monde.psyen, monde.missions["M1"], cio=second, annee=monde.annee)
    psyen = creer_perimetre(Role.PSYEN, monde.cio.departement, utilisateur=monde.psyen.utilisateur)
    connecter(client, psyen)
    page = client.get(reverse("missions:mes_missions")).text
    for cio in (monde.cio, second):
        assert f'name="cio" value="{cio.pk}"' in page
        donnees = {"cio": cio.pk, "texte": f"Pour {cio.nom}."}
        reponse = client.post(adresse(monde, "missions_commenter"), donnees)
        assert reponse.url.endswith(f"#fil-{cio.pk}")
    dits = CommentaireMissions.objects.order_by("pk").values_list("cio", "texte")
    assert list(dits) == [(cio.pk, f"Pour {cio.nom}.") for cio in (monde.cio, second)]
    fils = client.get(reverse("missions:mes_missions")).context["blocs"]
    assert [[str(dit) for dit in bloc["commentaires"]] for bloc in fils] == [[texte] for _, texte in dits]
    etranger = client.post(
        adresse(monde, "missions_commenter"), {"cio": creer_cio("Romorantin").pk, "texte": "?"}
    )
    assert etranger.status_code == 404


def test_on_ne_commente_pas_dans_un_cio_ou_le_psyen_n_a_rien(monde):
    ailleurs = creer_cio("Vendôme")
    sien = creer_perimetre(Role.PSYEN, monde.cio.departement, utilisateur=monde.psyen.utilisateur)
    for perimetre in (sien, creer_perimetre(Role.DCIO, ailleurs)):
        with pytest.raises(ValidationError, match="ni semaine arrêtée ni mission"):
            commenter_missions(
                perimetre=perimetre, psyen=monde.psyen, cio=ailleurs, annee=monde.annee, texte="Non"
            )


@pytest.mark.parametrize("texte", ["Oui\x00non", "a" * 2001, " "])
def test_un_commentaire_illisible_est_refuse_avec_un_message(client, monde, texte):
    connecter(client, monde.dcio)
    reponse = client.post(adresse(monde, "missions_commenter"), {"texte": texte}, follow=True)
    assert reponse.status_code == 200
    assert "Le commentaire est ajouté." not in reponse.text
    assert not CommentaireMissions.objects.exists()


def test_le_chef_ne_lit_que_son_ecole_et_dit_sa_priorite(client, monde):
    monde.confier(
        monde.saisie("M1", None, "1", precisions="Salon de Tours"),
        monde.saisie("M5", monde.tete, "1"),
        monde.saisie("M7", monde.college, "1", precisions="Ailleurs"),
    )
    connecter(client, creer_perimetre(Role.CHEF_ETABLISSEMENT, monde.tete))
    url = reverse("missions:mon_etablissement")
    page = client.get(url).text
    assert str(monde.psyen) in page
    assert "M5" in page
    assert "Salon de Tours" not in page
    assert "Ailleurs" not in page
    client.post(url, {"texte": "La liaison avec le collège"})
    assert PrioriteEtablissement.objects.get(etablissement=monde.tete).texte == "La liaison avec le collège"
    client.post(url, {"texte": ""})
    assert not PrioriteEtablissement.objects.exists()


def test_un_chef_ne_parle_que_pour_son_ecole_et_pas_d_une_annee_close(monde):
    chef = creer_perimetre(Role.CHEF_ETABLISSEMENT, monde.tete)
    for ecole, annee in ((creer_etablissement(), monde.annee), (monde.tete, annee_precedente())):
        with pytest.raises(PermissionDenied):
            dire_priorite(perimetre=chef, etablissement=ecole, annee=annee, texte="Non")


def test_les_pages_ont_un_nombre_constant_de_requetes(client, monde, django_assert_max_num_queries):
    connecter(client, monde.dcio)
    monde.confier(monde.saisie("M1", None, "1"))
    client.get(reverse("missions:missions"))
    with django_assert_max_num_queries(22):
        client.get(reverse("missions:missions"))
    with django_assert_max_num_queries(26):
        client.get(adresse(monde))
