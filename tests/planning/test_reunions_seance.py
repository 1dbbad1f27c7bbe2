"""Who came, what was said and decided; minutes given out do not change any more without it being told."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from comptes.enums import Role
from planning.documents.reunions import dessiner_compte_rendu, dessiner_ordre_du_jour
from planning.enums import EtatReunion, GenreReunion, StatutPoint
from planning.models import PointOrdreDuJour, Reunion
from planning.permissions import peut_lire_compte_rendu
from planning.selectors.reunions_invites import Invite, nom_de_liste
from planning.services.reunions import convoquer_reunion
from planning.services.reunions_invitations import ajouter_participants, retirer_participant
from planning.services.reunions_seance import (
    diffuser_compte_rendu,
    enregistrer_compte_rendu,
    noter_presences,
    rectifier_compte_rendu,
    transformer_en_action,
)
from reseaux.perimetre import Perimetre
from socle.journal import historique
from socle.models import Courriel
from tests.pdf import texte_du_pdf
from tests.planning.factories import creer_plan
from tests.reseaux.factories import (
    creer_academie,
    creer_cio,
    creer_departement,
    creer_perimetre,
    creer_utilisateur,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def dcio():
    return creer_perimetre(Role.DCIO, creer_cio("Blois"))


@pytest.fixture
def reunion(dcio):
    """Held yesterday; the DCIO, a PsyEN with an account and a partner without."""
    debut = timezone.now() - dt.timedelta(days=1)
    reunion = convoquer_reunion(
        perimetre=dcio,
        genre=GenreReunion.SERVICE,
        titre="Organiser le service",
        debut=debut,
        fin=debut + dt.timedelta(hours=2),
        cio=creer_cio("Blois"),
    )
    psyen = creer_utilisateur("ana@ac.example", prenom="Ana", nom="Psy")
    invites = [
        Invite("Ana PSY", "PsyEN", psyen.courriel, psyen.pk),
        Invite("Léa", "Région", "lea@region.example"),
    ]
    ajouter_participants(perimetre=dcio, reunion=reunion, invites=invites)
    return reunion


def rediger(dcio, reunion, texte="On a parlé.", decisions=("Écrire aux lycées", "Fixer le calendrier")):
    reunion.refresh_from_db()
    enregistrer_compte_rendu(
        perimetre=dcio, reunion=reunion, revision=reunion.revision, texte=texte, decisions=decisions
    )
    reunion.refresh_from_db()


def diffuser(dcio, reunion) -> int:
    cles = reunion.participants.filter(nom__startswith="Ana").values_list("pk", flat=True)
    noter_presences(perimetre=dcio, reunion=reunion, presents=list(cles))
    rediger(dcio, reunion)
    nombre = diffuser_compte_rendu(perimetre=dcio, reunion=reunion)
    reunion.refresh_from_db()
    return nombre


def test_noter_les_presences_tient_la_reunion(dcio, reunion):
    ana = reunion.participants.get(nom="Ana PSY")
    noter_presences(perimetre=dcio, reunion=reunion, presents=[ana.pk])
    reunion.refresh_from_db()
    assert reunion.etat == EtatReunion.TENUE
    assert set(reunion.participants.order_by("pk").values_list("nom", "present")) == {
        ("Ana PSY", True),
        ("Léa", False),
        (nom_de_liste(dcio.utilisateur), False),
    }
    with pytest.raises(ValidationError, match="ne se réduit plus"):
        retirer_participant(perimetre=dcio, participant=ana)


def test_rien_ne_se_note_avant_la_reunion(dcio, reunion):
    demain = timezone.now() + dt.timedelta(days=1)
    Reunion.objects.filter(pk=reunion.pk).update(debut=demain, fin=demain + dt.timedelta(hours=1))
    with pytest.raises(ValidationError, match="pas encore commencé"):
        noter_presences(perimetre=dcio, reunion=reunion, presents=[])
    with pytest.raises(ValidationError, match="pas encore commencé"):
        rediger(dcio, reunion)


def test_le_brouillon_du_compte_rendu_n_est_lu_que_de_la_direction(dcio, reunion):
    rediger(dcio, reunion)
    lecteur = Perimetre(
        utilisateur=creer_utilisateur(), role=Role.PSYEN, departement_id=reunion.departement_id
    )
    assert peut_lire_compte_rendu(dcio, reunion)
    assert not peut_lire_compte_rendu(lecteur, reunion)
    diffuser(dcio, reunion)
    assert peut_lire_compte_rendu(lecteur, reunion)


def test_deux_redacteurs_le_second_est_prevenu(dcio, reunion):
    rediger(dcio, reunion)
    with pytest.raises(ValidationError, match="pendant que vous l’écriviez"):
        enregistrer_compte_rendu(perimetre=dcio, reunion=reunion, revision=0, texte="Autre", decisions=[])


def test_une_decision_inchangee_reste_la_meme(dcio, reunion):
    rediger(dcio, reunion)
    calendrier = reunion.decisions.get(texte="Fixer le calendrier")
    rediger(dcio, reunion, decisions=["Fixer le calendrier", "Fixer le calendrier", "Réunir le GT"])
    assert list(reunion.decisions.order_by("rang").values_list("texte", flat=True)) == [
        "Fixer le calendrier",
        "Réunir le GT",
    ]
    assert reunion.decisions.get(rang=1) == calendrier


def test_on_ne_diffuse_ni_sans_presences_ni_sans_texte(dcio, reunion):
    with pytest.raises(ValidationError, match="présences"):
        diffuser_compte_rendu(perimetre=dcio, reunion=reunion)
    noter_presences(perimetre=dcio, reunion=reunion, presents=[])
    with pytest.raises(ValidationError, match="vide"):
        diffuser_compte_rendu(perimetre=dcio, reunion=reunion)


def test_la_secretaire_redige_mais_ne_diffuse_pas(dcio, reunion):
    secretaire = creer_perimetre(Role.SECRETAIRE_CIO, reunion.cio)
    noter_presences(perimetre=secretaire, reunion=reunion, presents=[])
    rediger(secretaire, reunion)
    with pytest.raises(PermissionDenied):
        diffuser_compte_rendu(perimetre=secretaire, reunion=reunion)


def test_chaque_participant_recoit_le_compte_rendu_une_fois(dcio, reunion):
    assert diffuser(dcio, reunion) == 3
    courriels = {c.destinataire: c for c in Courriel.objects.select_related("piece").order_by("pk")}
    assert courriels["ana@ac.example"].piece is None
    assert f"/reunions/{reunion.pk}/" in courriels["ana@ac.example"].corps_texte
    assert "/reunions/" not in courriels["lea@region.example"].corps_texte
    document = courriels["lea@region.example"].piece
    assert document.type_mime == "application/pdf"
    assert "On a parlé." in texte_du_pdf(bytes(document.contenu))
    with pytest.raises(ValidationError, match="déjà diffusé"):
        diffuser_compte_rendu(perimetre=dcio, reunion=reunion)


def test_diffuse_il_ne_change_que_par_une_rectification_dite_a_tous(dcio, reunion):
    diffuser(dcio, reunion)
    for geste in (
        lambda: rediger(dcio, reunion, texte="Autre chose"),
        lambda: noter_presences(perimetre=dcio, reunion=reunion, presents=[]),
        lambda: ajouter_participants(perimetre=dcio, reunion=reunion, invites=[]),
    ):
        with pytest.raises(ValidationError, match="diffusé"):
            geste()
    Courriel.objects.all().delete()
    nombre = rectifier_compte_rendu(
        perimetre=dcio,
        reunion=reunion,
        revision=reunion.revision,
        texte="On a parlé longtemps.",
        decisions=["Écrire aux lycées"],
        presents=[],
        motif="Une décision n’avait pas été prise.",
    )
    assert nombre == Courriel.objects.filter(objet__startswith="Compte rendu rectifié").count() == 3
    assert "n’avait pas été prise" in Courriel.objects.order_by("pk")[0].corps_texte
    acte = historique(reunion)[0]
    assert acte.action == "planning.reunion.compte_rendu_rectifie"
    assert acte.avant["compte_rendu"] == "On a parlé."
    assert acte.apres["decisions"] == ["Écrire aux lycées"]
    assert not reunion.participants.filter(present=True).exists()


def test_une_rectification_dit_ce_qu_elle_rectifie(dcio, reunion):
    diffuser(dcio, reunion)
    saisie = {"revision": reunion.revision, "texte": "Autre", "decisions": [], "presents": []}
    with pytest.raises(ValidationError, match="Dites ce que vous rectifiez"):
        rectifier_compte_rendu(perimetre=dcio, reunion=reunion, motif=" ", **saisie)


def test_une_decision_devient_une_action_du_plan_une_seule_fois(dcio, reunion):
    diffuser(dcio, reunion)
    plan, ien = creer_plan(), creer_perimetre(Role.IEN_IO)
    decision = reunion.decisions.get(rang=1)
    saisie = {"plan": plan, "titre": decision.texte, "attribution": "DCIO", "calendrier": "Juin 2027"}
    with pytest.raises(PermissionDenied):
        transformer_en_action(perimetre=dcio, decision=decision, **saisie)
    action = transformer_en_action(perimetre=ien, decision=decision, **saisie)
    assert (action.plan, action.titre) == (plan, "Écrire aux lycées")
    assert [r.role for r in action.responsables.order_by("rang")] == [Role.DCIO]
    with pytest.raises(ValidationError, match="déjà devenue"):
        transformer_en_action(perimetre=ien, decision=decision, **saisie)
    rectification = {"revision": reunion.revision, "texte": "Autre", "presents": [], "motif": "Erreur"}
    with pytest.raises(ValidationError, match="mot pour mot"):
        rectifier_compte_rendu(perimetre=dcio, reunion=reunion, decisions=[], **rectification)


def test_une_decision_ne_va_pas_dans_le_plan_d_un_autre_departement(dcio, reunion):
    rediger(dcio, reunion)
    rennes = creer_departement("035", academie=creer_academie("14", "Rennes"))
    plan, ien = creer_plan(departement=rennes), creer_perimetre(Role.IEN_IO, rennes)
    with pytest.raises(PermissionDenied):
        transformer_en_action(
            perimetre=ien,
            decision=reunion.decisions.get(rang=1),
            plan=plan,
            titre="Fuite",
            attribution="DCIO",
            calendrier="Juin 2027",
        )


# --- Documents ---------------------------------------------------------------------------------------


def test_les_documents_disent_s_ils_sont_arretes_et_taisent_les_noms_a_la_region(dcio, reunion):
    for rang, (titre, statut) in enumerate((("Moyens", StatutPoint.RETENU), ("Fête", StatutPoint.ECARTE)), 1):
        PointOrdreDuJour.objects.create(reunion=reunion, rang=rang, titre=titre, statut=statut)
    projet = texte_du_pdf(dessiner_ordre_du_jour(reunion))
    assert "PROJET" in projet
    assert "Moyens" in projet
    assert "Fête" not in projet
    diffuser(dcio, reunion)
    definitif = texte_du_pdf(dessiner_compte_rendu(reunion))
    assert "PROJET" not in definitif
    for mot in ("On a parlé.", "Fixer le calendrier", "Ana PSY", "Présents (1)", "Absents (2)"):
        assert mot in definitif
    sans_noms = texte_du_pdf(dessiner_compte_rendu(reunion, avec_noms=False))
    assert "Ana PSY" not in sans_noms
    assert nom_de_liste(dcio.utilisateur) not in sans_noms
    assert str(dcio.utilisateur) not in sans_noms
