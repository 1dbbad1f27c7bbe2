"""The list and the page of a meeting, role by role; dates entered in Paris."""

import csv
import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from planning.enums import EtatReunion, GenreReunion
from planning.forms.reunions import instant_de_paris
from planning.models import Participant, Reunion
from tests.planning.factories import creer_plan, creer_reunion
from tests.psyen.factories import creer_psyen
from tests.reseaux.factories import (
    connecter,
    creer_academie,
    creer_annee,
    creer_cio,
    creer_departement,
    creer_perimetre,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cio():
    creer_annee()
    return creer_cio("Blois")


@pytest.fixture
def dcio(cio):
    return creer_perimetre(Role.DCIO, cio)


def page(reunion: Reunion) -> str:
    return reverse("planning:reunion", args=[reunion.pk])


def inviter(reunion: Reunion, *perimetres) -> None:
    for perimetre in perimetres:
        Participant.objects.create(
            reunion=reunion,
            utilisateur=perimetre.utilisateur,
            nom=f"Invité {perimetre.utilisateur.nom}",
            courriel=perimetre.utilisateur.courriel,
        )


def passee(**champs) -> Reunion:
    debut = timezone.now() - dt.timedelta(days=1)
    return creer_reunion(debut=debut, fin=debut + dt.timedelta(hours=1), **champs)


def geste(client, reunion: Reunion, mot: str):
    return client.post(reverse("planning:reunion_geste", args=[reunion.pk, mot]), follow=True)


# --- Who reads what ----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.PSYEN, Role.CHEF_ETABLISSEMENT, Role.CHARGE_MISSION_REGION])
def test_une_personne_ne_lit_que_les_reunions_ou_elle_est_invitee(client, cio, role):
    invite = creer_perimetre(role)
    la_sienne, autre = creer_reunion("La sienne", cio=cio), creer_reunion("Une autre", cio=cio)
    inviter(la_sienne, invite)
    connecter(client, invite)
    liste = client.get(reverse("planning:reunions")).text
    assert "La sienne" in liste
    assert "Une autre" not in liste
    assert client.get(page(la_sienne)).status_code == 200
    assert client.get(page(autre)).status_code == 404


def test_une_reunion_d_un_autre_departement_n_existe_pas(client):
    rennes = creer_departement("035", academie=creer_academie("14", "Rennes"))
    connecter(client, creer_perimetre(Role.IEN_IO))
    assert client.get(page(creer_reunion(departement=rennes))).status_code == 404


def test_l_admin_ne_lit_pas_les_reunions(client, cio):
    connecter(client, creer_perimetre(Role.ADMIN))
    assert client.get(reverse("planning:reunions")).status_code == 403
    assert client.get(page(creer_reunion(cio=cio))).status_code == 404


def test_la_region_invitee_ne_lit_aucun_nom(client, cio, dcio):
    region = creer_perimetre(Role.CHARGE_MISSION_REGION)
    reunion = creer_reunion(cio=cio, initiateur=dcio.utilisateur, initiateur_qualite=dcio.libelle)
    inviter(reunion, region, dcio)
    texte = connecter(client, region).get(page(reunion)).text
    assert "Nombre de participants : 2" in texte
    assert dcio.utilisateur.nom.upper() not in texte.partition("<main")[2]
    assert f"Invité {dcio.utilisateur.nom}" not in texte


def test_un_invite_lit_les_autres_sans_leurs_adresses(client, cio, dcio):
    psyen = creer_perimetre(Role.PSYEN)
    reunion = creer_reunion(cio=cio)
    inviter(reunion, psyen, dcio)
    texte = connecter(client, psyen).get(page(reunion)).text
    assert f"Invité {dcio.utilisateur.nom}" in texte
    assert dcio.utilisateur.courriel not in texte
    assert "Ajouter des participants" not in texte


def test_le_brouillon_du_compte_rendu_reste_a_la_direction(client, cio, dcio):
    psyen = creer_perimetre(Role.PSYEN)
    reunion = passee(cio=cio, etat=EtatReunion.TENUE, compte_rendu="Propos de travail")
    inviter(reunion, psyen)
    pdf = reverse("planning:compte_rendu_pdf", args=[reunion.pk])
    connecter(client, psyen)
    assert "Propos de travail" not in client.get(page(reunion)).text
    assert client.get(pdf).status_code == 403
    Reunion.objects.filter(pk=reunion.pk).update(compte_rendu_diffuse_le=timezone.now())
    assert "Propos de travail" in client.get(page(reunion)).text
    assert client.get(pdf)["Content-Type"] == "application/pdf"


# --- The whole story, by the pages -------------------------------------------------------------------


def test_de_la_demande_d_un_psyen_a_l_action_du_plan(client, cio, dcio):
    psyen, ien, plan = creer_perimetre(Role.PSYEN), creer_perimetre(Role.IEN_IO), creer_plan()
    creer_psyen("Ana", cio=cio, utilisateur=psyen.utilisateur)
    connecter(client, psyen)
    client.post(
        reverse("planning:concertation_demander"), {"titre": "Accueil des 3e", "adresse_a": str(cio.pk)}
    )
    reunion = Reunion.objects.get()
    client.post(reverse("planning:point_proposer", args=[reunion.pk]), {"titre": "Calendrier"})

    connecter(client, dcio)
    assert "attend votre réponse" in client.get(reverse("planning:reunions")).text
    jour = timezone.localdate() + dt.timedelta(days=10)
    horaire = {"jour": jour.isoformat(), "heure_debut": "14:00", "heure_fin": "16:00", "lieu": "Salle 2"}
    client.post(reverse("planning:demande_convoquer", args=[reunion.pk]), horaire)
    point = reunion.points.get()
    client.post(reverse("planning:point_geste", args=[point.pk, "retenir"]))
    assert "L’ordre du jour est arrêté." in geste(client, reunion, "arreter-l-ordre").text
    client.post(reverse("planning:reunion_inviter", args=[reunion.pk]), {"choisis": ["psyens_cio"]})
    assert "Les invitations partent par courriel." in geste(client, reunion, "envoyer").text

    connecter(client, psyen)
    assert "Vous avez répondu : présent" in geste(client, reunion, "present").text

    avant = timezone.now() - dt.timedelta(days=1)
    Reunion.objects.filter(pk=reunion.pk).update(debut=avant, fin=avant + dt.timedelta(hours=2))
    connecter(client, dcio)
    presents = [str(p.pk) for p in reunion.participants.order_by("pk")]
    client.post(reverse("planning:reunion_presences", args=[reunion.pk]), {"present": presents})
    client.post(
        reverse("planning:compte_rendu", args=[reunion.pk]),
        {"texte": "On a parlé.", "decisions": "Écrire aux lycées\n\nFixer une date", "revision": "0"},
    )
    assert "chaque participant reçoit un courriel" in geste(client, reunion, "diffuser").text
    decision = reunion.decisions.get(texte="Écrire aux lycées")

    connecter(client, ien)
    adresse = reverse("planning:decision_action", args=[decision.pk])
    assert "Écrire aux lycées" in client.get(adresse).text
    saisie = {"plan": plan.pk, "titre": decision.texte, "attribution": "DCIO", "calendrier": "Juin 2027"}
    assert "devenue une action" in client.post(adresse, saisie, follow=True).text
    decision.refresh_from_db()
    assert decision.action.titre == "Écrire aux lycées"


def test_convoquer_puis_annuler(client, cio, dcio):
    connecter(client, dcio)
    jour = timezone.localdate() + dt.timedelta(days=5)
    saisie = {"genre": "service", "titre": "Service", "cio": cio.pk, "jour": jour.isoformat()}
    creer = reverse("planning:reunion_creer")
    refus = client.post(creer, saisie | {"heure_debut": "16:00", "heure_fin": "14:00"}).text
    assert "doit finir après avoir commencé" in refus
    client.post(creer, saisie | {"heure_debut": "14:00", "heure_fin": "16:00"})
    reunion = Reunion.objects.get()
    assert timezone.localtime(reunion.debut).hour == 14
    assert 'value="14:00"' in client.get(reverse("planning:reunion_modifier", args=[reunion.pk])).text
    texte = client.post(
        reverse("planning:reunion_annuler", args=[reunion.pk]), {"motif": "Intempéries."}, follow=True
    ).text
    assert "Réunion annulée" in texte
    assert "Intempéries." in texte


def test_la_page_de_la_reunion_bilan_nomme_les_psyen_a_inviter(client, cio):
    creer_psyen("Oubliée", cio=cio)
    reunion = creer_reunion(genre=GenreReunion.BILAN)
    texte = connecter(client, creer_perimetre(Role.IEN_IO)).get(page(reunion)).text
    assert "1 d’entre eux n’a pas encore été invité (Dominique Oubliée)" in texte


def test_l_etape_en_main_suit_la_vie_de_la_reunion(client, cio, dcio):
    connecter(client, dcio)
    for reunion, cle in ((creer_reunion(cio=cio), "ordre-du-jour"), (passee(cio=cio), "presences")):
        assert f'href="#{cle}" aria-current="step"' in client.get(page(reunion)).text


def test_un_geste_inconnu_n_existe_pas(client, cio, dcio):
    reunion = creer_reunion(cio=cio)
    assert geste(connecter(client, dcio), reunion, "applaudir").status_code == 404


def test_inviter_sans_rien_cocher_le_dit(client, cio, dcio):
    adresse = reverse("planning:reunion_inviter", args=[creer_reunion(cio=cio).pk])
    assert "Cochez au moins" in connecter(client, dcio).post(adresse, {}).text


# --- Hours -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("jour", "dit"), [(dt.date(2027, 3, 28), "n’existe pas"), (dt.date(2026, 10, 25), "existe deux fois")]
)
def test_une_heure_de_la_nuit_du_changement_est_refusee(jour, dit):
    with pytest.raises(ValidationError, match=dit):
        instant_de_paris(jour, dt.time(2, 30))
    for heure in (1, 4):
        assert timezone.localtime(instant_de_paris(jour, dt.time(heure))).hour == heure


def test_l_heure_est_celle_de_paris_en_ete_comme_en_hiver():
    assert instant_de_paris(dt.date(2027, 1, 15), dt.time(14)).astimezone(dt.UTC).hour == 13
    assert instant_de_paris(dt.date(2027, 7, 15), dt.time(14)).astimezone(dt.UTC).hour == 12


@pytest.mark.parametrize("jour", ["0001-01-01", "9999-12-31"])
def test_une_date_hors_du_siecle_est_refusee(client, cio, dcio, jour):
    saisie = {"genre": "service", "titre": "Service", "cio": cio.pk, "jour": jour}
    saisie |= {"heure_debut": "00:00", "heure_fin": "23:59"}
    reponse = connecter(client, dcio).post(reverse("planning:reunion_creer"), saisie)
    assert "à moins de deux ans" in reponse.text


# --- The list ----------------------------------------------------------------------------------------


def test_la_liste_se_filtre_et_s_exporte(client, cio):
    creer_reunion("À venir", cio=cio, genre=GenreReunion.SERVICE)
    passee(titre="Passée", cio=cio, genre=GenreReunion.BILAN, initiateur_role=Role.IEN_IO)
    creer_reunion("Demande", cio=cio, genre="concertation", debut=None, fin=None, etat="demandee")
    connecter(client, creer_perimetre(Role.IEN_IO))
    liste = reverse("planning:reunions")

    def titres(parametres: str) -> list[str]:
        reponse = client.get(f"{liste}?{parametres}&format=csv")
        texte = b"".join(reponse.streaming_content).decode("utf-8-sig")
        return [ligne[0] for ligne in list(csv.reader(texte.splitlines(), delimiter=";"))[1:]]

    assert titres("tri=recent") == ["Demande", "À venir", "Passée"]
    assert titres("quand=passees") == ["Passée"]
    assert titres("quand=a_venir") == ["À venir"]
    assert titres("quand=sans_date") == ["Demande"]
    assert titres("genre=bilan") == ["Passée"]
    assert titres("q=venir") == ["À venir"]
    assert titres(f"cio={cio.pk}&etat=demandee") == ["Demande"]
    for format_ in ("xlsx", "ods"):
        assert client.get(f"{liste}?format={format_}").status_code == 200


@pytest.mark.parametrize("role", [Role.IEN_IO, Role.DCIO])
def test_le_nombre_de_requetes_ne_suit_pas_le_nombre_de_lignes(client, cio, role):
    perimetre = creer_perimetre(role, cio if role == Role.DCIO else None)
    connecter(client, perimetre)
    reunion = creer_reunion(cio=cio)

    def compter(adresse: str) -> int:
        client.get(adresse)
        with CaptureQueriesContext(connection) as capture:
            assert client.get(adresse).status_code == 200
        return len(capture)

    def garnir(nombre: int) -> None:
        for _ in range(nombre):
            rang = reunion.points.count() + 1
            auteur = creer_perimetre(Role.PSYEN)
            inviter(reunion, auteur)
            reunion.points.create(rang=rang, titre=f"Point {rang}", propose_par=auteur.utilisateur)
            reunion.decisions.create(rang=rang, texte=f"Décision {rang}")
            creer_reunion(f"Demande {rang}", cio=cio, debut=None, fin=None, etat="demandee")

    garnir(1)
    avant = [compter(page(reunion)), compter(reverse("planning:reunions"))]
    garnir(4)
    assert [compter(page(reunion)), compter(reverse("planning:reunions"))] == avant
