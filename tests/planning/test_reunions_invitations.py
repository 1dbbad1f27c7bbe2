"""Whom one may gather, who is written to, once, with a calendar file; what is answered."""

import datetime as dt

import icalendar
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from comptes.enums import Role
from planning.enums import GenreReunion
from planning.models import Reunion
from planning.selectors.reunions_invites import Invite, personnes_a_reunir, publics, resoudre
from planning.services.reunions import annuler_reunion, convoquer_reunion, modifier_reunion
from planning.services.reunions_invitations import (
    ajouter_participants,
    envoyer_invitations,
    repondre_a_l_invitation,
    retirer_participant,
)
from reseaux.models import MembreReseau
from socle.models import Courriel
from tests.planning.factories import creer_groupe
from tests.psyen.factories import creer_psyen, creer_reseau_type
from tests.reseaux.factories import (
    creer_annee,
    creer_cio,
    creer_departement,
    creer_habilitation,
    creer_perimetre,
    creer_utilisateur,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cio():
    return creer_cio("Blois")


@pytest.fixture
def ien():
    return creer_perimetre(Role.IEN_IO)


@pytest.fixture
def reunion(ien, cio):
    creer_annee()
    debut = timezone.now() + dt.timedelta(days=7)
    return convoquer_reunion(
        perimetre=ien,
        genre=GenreReunion.SERVICE,
        titre="Organiser ; le service, ensemble",
        debut=debut,
        fin=debut + dt.timedelta(hours=2),
        lieu="Salle 2",
        cio=cio,
    )


def courriels_a(adresse: str) -> list[Courriel]:
    return list(Courriel.objects.filter(destinataire=adresse).select_related("piece").order_by("pk"))


def evenement(courriel: Courriel) -> icalendar.Event:
    [trouve] = icalendar.Calendar.from_ical(bytes(courriel.piece.contenu)).walk("VEVENT")
    return trouve


def noms(invites) -> set[str]:
    return {invite.nom for invite in invites}


# --- Whom --------------------------------------------------------------------------------------------


def test_les_psyen_du_cio_puis_du_departement_au_jour_de_la_reunion(ien, reunion, cio):
    creer_psyen("Ana", cio=cio)
    creer_psyen("Bob", cio=creer_cio("Vendôme"))
    creer_psyen("Parti", cio=cio, fin=timezone.localdate())
    creer_psyen("Loin", cio=creer_cio("Rennes", departement=creer_departement("035")))
    assert noms(resoudre(ien, reunion, choisis=["psyens_cio"])) == {"ANA Dominique"}
    assert noms(resoudre(ien, reunion, choisis=["psyens_departement"])) == {"ANA Dominique", "BOB Dominique"}


def test_les_chefs_d_un_reseau_sinon_l_adresse_de_l_etablissement(ien, reunion, cio):
    reseau = creer_reseau_type("Réseau Blois", cio=cio, annee=creer_annee())
    ecoles = [m.etablissement for m in MembreReseau.objects.filter(reseau=reseau).order_by("pk")]
    chef = creer_habilitation(Role.CHEF_ETABLISSEMENT, ecoles[0])
    ecoles[1].courriel = "college@ac.example"
    ecoles[1].save()
    invites = resoudre(ien, reunion, reseaux=[reseau])
    assert {(i.courriel, i.utilisateur_id) for i in invites} == {
        (chef.utilisateur.courriel, chef.utilisateur_id),
        ("college@ac.example", None),
    }
    assert noms(resoudre(ien, reunion, choisis=["chefs_cio"])) == noms(invites)


def test_les_membres_d_un_groupe_et_chacun_une_seule_fois(ien, reunion, cio):
    dcio = creer_habilitation(Role.DCIO, cio)
    personne = creer_utilisateur()
    creer_habilitation(Role.PSYEN, utilisateur=personne)
    psyen = creer_psyen("Ana", cio=cio, utilisateur=personne)
    groupe = creer_groupe(roles=(Role.DCIO,), personnes=(personne,))
    invites = resoudre(ien, reunion, groupes=[groupe], choisis=["dcio", "psyens_cio"])
    assert {(i.utilisateur_id, i.psyen_id) for i in invites} == {
        (dcio.utilisateur_id, None),
        (personne.pk, psyen.pk),
    }


def test_un_dcio_ne_voit_pas_les_psyen_du_cio_voisin(reunion, cio):
    creer_psyen("CanariVoisin", cio=creer_cio("Vendôme"))
    creer_psyen("Sien", cio=cio)
    dcio = creer_perimetre(Role.DCIO, cio)
    assert "psyens_departement" not in dict(publics(dcio, reunion))
    assert resoudre(dcio, reunion, choisis=["psyens_departement"]) == []
    assert noms(personnes_a_reunir(dcio, reunion)) >= {"SIEN Dominique"}
    assert not any("CANARI" in nom for nom in noms(personnes_a_reunir(dcio, reunion)))


# --- Sending -----------------------------------------------------------------------------------------


def test_chacun_est_invite_une_fois_avec_son_fichier_d_agenda(ien, reunion):
    ajouter_participants(
        perimetre=ien, reunion=reunion, invites=[Invite("Région", "Partenaire", "Lea@Region.example")]
    )
    assert envoyer_invitations(perimetre=ien, reunion=reunion) == 2
    with pytest.raises(ValidationError, match="déjà reçu"):
        envoyer_invitations(perimetre=ien, reunion=reunion)
    [exterieur] = courriels_a("lea@region.example")
    assert exterieur.piece.type_mime == "text/calendar; method=REQUEST"
    ics = evenement(exterieur)
    assert ics["SUMMARY"] == "Organiser ; le service, ensemble"
    assert ics["DTSTART"].dt == reunion.debut.replace(microsecond=0)
    assert ics["ATTENDEE"] == "mailto:lea@region.example"
    assert ics["ORGANIZER"] == f"mailto:{ien.utilisateur.courriel}"
    page = f"/reunions/{reunion.pk}/"
    assert page not in exterieur.corps_texte, "sans compte, la page ne s’ouvre pas"
    [interne] = courriels_a(ien.utilisateur.courriel)
    assert interne.corps_texte.count(page) == interne.corps_html.count(page) == 1


def test_seuls_les_nouveaux_puis_tous_apres_un_changement(ien, reunion):
    envoyer_invitations(perimetre=ien, reunion=reunion)
    ajouter_participants(perimetre=ien, reunion=reunion, invites=[Invite("Léa", "", "lea@region.example")])
    assert envoyer_invitations(perimetre=ien, reunion=reunion) == 1
    modifier_reunion(perimetre=ien, reunion=reunion, lieu="Salle 3")
    assert envoyer_invitations(perimetre=ien, reunion=reunion) == 2
    premiers, seconds = courriels_a(ien.utilisateur.courriel), courriels_a("lea@region.example")
    assert [len(premiers), len(seconds)] == [2, 2]
    sequences = [evenement(courriel)["SEQUENCE"] for courriel in (*premiers, *seconds)]
    assert sequences == [1, 3, 2, 3]
    assert len({evenement(courriel)["UID"] for courriel in premiers}) == 1
    assert premiers[1].objet.startswith("Réunion modifiée")
    assert "Salle 3" in premiers[1].corps_texte


def test_une_annulation_ne_va_qu_aux_invites_et_dit_pourquoi(ien, reunion):
    envoyer_invitations(perimetre=ien, reunion=reunion)
    ajouter_participants(perimetre=ien, reunion=reunion, invites=[Invite("Léa", "", "lea@region.example")])
    annuler_reunion(perimetre=ien, reunion=reunion, motif="Intempéries.")
    assert courriels_a("lea@region.example") == []
    annulation = courriels_a(ien.utilisateur.courriel)[-1]
    assert annulation.piece.type_mime == "text/calendar; method=CANCEL"
    assert (evenement(annulation)["STATUS"], evenement(annulation)["SEQUENCE"]) == ("CANCELLED", 2)
    assert "Intempéries." in annulation.corps_texte


def test_une_personne_retiree_est_prevenue_si_elle_etait_invitee(ien, reunion):
    lea, tom = Invite("Léa", "", "lea@region.example"), Invite("Tom", "", "tom@region.example")
    ajouter_participants(perimetre=ien, reunion=reunion, invites=[lea])
    envoyer_invitations(perimetre=ien, reunion=reunion)
    ajouter_participants(perimetre=ien, reunion=reunion, invites=[tom])
    for adresse in ("lea@region.example", "tom@region.example"):
        retirer_participant(perimetre=ien, participant=reunion.participants.get(courriel=adresse))
    assert [c.objet.partition(" :")[0] for c in courriels_a(lea.courriel)] == [
        "Invitation",
        "Invitation retirée",
    ]
    assert courriels_a(tom.courriel) == []
    ajouter_participants(perimetre=ien, reunion=reunion, invites=[lea])
    envoyer_invitations(perimetre=ien, reunion=reunion)
    assert [evenement(c)["SEQUENCE"] for c in courriels_a(lea.courriel)] == [1, 2, 3]


def test_une_personne_deja_retiree_ne_se_retire_pas_deux_fois(ien, reunion):
    ajouter_participants(perimetre=ien, reunion=reunion, invites=[Invite("Léa", "", "lea@region.example")])
    lea = reunion.participants.get(courriel="lea@region.example")
    retirer_participant(perimetre=ien, participant=lea)
    with pytest.raises(ValidationError, match="entre-temps"):
        retirer_participant(perimetre=ien, participant=lea)


def test_pas_d_invitation_a_une_reunion_passee(ien, reunion):
    debut = timezone.now() - dt.timedelta(hours=3)
    Reunion.objects.filter(pk=reunion.pk).update(debut=debut, fin=debut + dt.timedelta(hours=1))
    with pytest.raises(ValidationError, match="avant la réunion"):
        envoyer_invitations(perimetre=ien, reunion=reunion)


@pytest.mark.parametrize("role", [Role.PSYEN, Role.CHEF_ETABLISSEMENT, Role.CHARGE_MISSION_REGION])
def test_une_personne_invitee_n_invite_personne(ien, reunion, role):
    invite = creer_perimetre(role)
    qui = Invite("Invité", "", invite.utilisateur.courriel, invite.utilisateur_id)
    ajouter_participants(perimetre=ien, reunion=reunion, invites=[qui])
    for geste in (
        lambda: ajouter_participants(perimetre=invite, reunion=reunion, invites=[]),
        lambda: envoyer_invitations(perimetre=invite, reunion=reunion),
        lambda: retirer_participant(perimetre=invite, participant=reunion.participants.last()),
    ):
        with pytest.raises(PermissionDenied):
            geste()


# --- Answering ---------------------------------------------------------------------------------------


def test_chacun_repond_pour_soi_et_peut_changer_d_avis(ien, reunion):
    for reponse in ("oui", "non"):
        repondre_a_l_invitation(perimetre=ien, reunion=reunion, reponse=reponse)
        assert reunion.participants.get().reponse == reponse
    with pytest.raises(PermissionDenied):
        repondre_a_l_invitation(perimetre=creer_perimetre(Role.PSYEN), reunion=reunion, reponse="oui")


def test_on_ne_repond_plus_a_une_reunion_tenue(ien, reunion):
    Reunion.objects.filter(pk=reunion.pk).update(etat="tenue")
    with pytest.raises(ValidationError, match="s’est tenue"):
        repondre_a_l_invitation(perimetre=ien, reunion=reunion, reponse="oui")
