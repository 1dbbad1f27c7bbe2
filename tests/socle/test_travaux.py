"""Long jobs: progress, outcome, rights, and what happens when the worker dies."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from socle import travaux
from socle.enums import EtatTravail
from socle.fichiers import enregistrer_fichier
from socle.models import Notification, TravailDeFond
from socle.travaux import executer_travail, genre_de_travail, lancer_travail, reprendre_travaux
from tests.reseaux.factories import connecter, creer_perimetre

pytestmark = pytest.mark.django_db


@genre_de_travail("essai.export")
def exporter(travail, *, perimetre, progression):
    """Does `total` steps, then stores who asked."""
    for rang in range(travail.parametres["total"]):
        progression(rang + 1, travail.parametres["total"], f"Ligne {rang + 1}")
    contenu = f"Pour {perimetre.libelle}".encode()
    return enregistrer_fichier(nom="export.txt", type_mime="text/plain", contenu=contenu)


@genre_de_travail("essai.panne")
def tomber(travail, *, perimetre, progression):
    raise travail_en_panne[travail.parametres["panne"]]


travail_en_panne = {
    "regle": ValidationError("Le CIO n’a pas de réseau : créez-en un d’abord."),
    "droit": PermissionDenied(),
    "bogue": RuntimeError("détail interne"),
}


class WorkerTueError(BaseException):
    """The process dies: nothing after this line runs."""


@genre_de_travail("essai.mort")
def mourir(travail, *, perimetre, progression):
    raise WorkerTueError


@pytest.fixture
def perimetre():
    return creer_perimetre(Role.DCIO)


def lancer(perimetre, genre="essai.export", **parametres):
    return lancer_travail(
        perimetre=perimetre,
        genre=genre,
        titre="Export des affectations",
        parametres=parametres or {"total": 4},
    )


def etat(travail):
    travail.refresh_from_db()
    return travail.etat


def test_un_travail_part_apres_la_validation_et_previent_a_la_fin(
    perimetre, client, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        travail = lancer(perimetre)
        assert etat(travail) == EtatTravail.EN_ATTENTE
    assert etat(travail) == EtatTravail.TERMINE
    assert (travail.fait, travail.total, travail.pourcentage) == (4, 4, 100)
    adresse = reverse("socle:travail", args=[travail.pk])
    assert Notification.objects.get(utilisateur=perimetre.utilisateur).url == adresse
    connecter(client, perimetre)
    assert "Télécharger" in client.get(adresse).content.decode()
    resultat = client.get(reverse("socle:travail_resultat", args=[travail.pk]))
    assert resultat.content.decode() == f"Pour {perimetre.libelle}"
    assert "attachment" in resultat["Content-Disposition"]


@pytest.mark.parametrize(
    ("panne", "attendu", "texte"),
    [
        ("regle", EtatTravail.ECHEC, "créez-en un d’abord"),
        ("droit", EtatTravail.REFUSE, "pas le droit"),
        ("bogue", EtatTravail.ECHEC, "incident"),
    ],
)
def test_un_travail_manque_dit_pourquoi_sans_jargon(perimetre, panne, attendu, texte):
    travail = lancer(perimetre, "essai.panne", panne=panne)
    executer_travail(travail.pk)
    assert etat(travail) == attendu
    assert texte in travail.message
    assert "détail interne" not in travail.message


def test_un_genre_inconnu_est_refuse_au_lancement(perimetre):
    with pytest.raises(ValueError, match="inconnu"):
        lancer(perimetre, "essai.nulle_part")


# --- Rights ------------------------------------------------------------------------------------------


def revoquer(perimetre):
    perimetre.habilitation.revoquee_le = timezone.now()
    perimetre.habilitation.save(update_fields=["revoquee_le"])


def test_une_habilitation_revoquee_avant_l_execution_refuse_le_travail(perimetre):
    travail = lancer(perimetre)
    revoquer(perimetre)
    executer_travail(travail.pk)
    assert etat(travail) == EtatTravail.REFUSE
    assert travail.resultat is None


def test_une_habilitation_revoquee_apres_l_execution_ferme_le_resultat(perimetre, client):
    travail = lancer(perimetre)
    executer_travail(travail.pk)
    connecter(client, perimetre)
    revoquer(perimetre)
    assert client.get(reverse("socle:travail_resultat", args=[travail.pk])).status_code == 404
    assert client.get(reverse("socle:travail_etat", args=[travail.pk])).status_code == 404


def test_un_compte_desactive_n_a_plus_de_travail(perimetre):
    travail = lancer(perimetre)
    perimetre.utilisateur.is_active = False
    perimetre.utilisateur.save(update_fields=["is_active"])
    executer_travail(travail.pk)
    assert etat(travail) == EtatTravail.REFUSE


@pytest.mark.parametrize("nom", ["socle:travail", "socle:travail_etat", "socle:travail_resultat"])
def test_le_travail_d_un_autre_n_existe_pas(perimetre, client, nom):
    travail = lancer(perimetre)
    executer_travail(travail.pk)
    connecter(client, creer_perimetre(Role.ADMIN))
    assert client.get(reverse(nom, args=[travail.pk])).status_code == 404
    assert "Export des affectations" not in client.get(reverse("socle:travaux")).content.decode()


# --- Progress ----------------------------------------------------------------------------------------


def test_la_progression_s_ecrit_au_plus_deux_fois_par_seconde(perimetre, monkeypatch):
    horloge = iter(n * 0.1 for n in range(10_000))
    monkeypatch.setattr(travaux.time, "monotonic", lambda: next(horloge))
    travail = lancer(perimetre, total=100)
    ecritures = []

    def noter(execute, sql, params, many, contexte):
        if sql.startswith("UPDATE") and "battement_le" in sql and "fait" in sql and "fin_le" not in sql:
            ecritures.append(sql)
        return execute(sql, params, many, contexte)

    with connection.execute_wrapper(noter):
        executer_travail(travail.pk)
    assert 5 < len(ecritures) < 35  # 100 steps of 0.1 to 0.2 s


def test_la_page_montre_l_avancement_avec_et_sans_script(perimetre, client):
    travail = lancer(perimetre)
    TravailDeFond.objects.filter(pk=travail.pk).update(
        etat=EtatTravail.EN_COURS, fait=1, total=4, message="Ligne 1"
    )
    connecter(client, perimetre)
    page = client.get(reverse("socle:travail", args=[travail.pk])).content.decode()
    assert 'value="25"' in page
    assert "Actualiser" in page
    assert client.get(reverse("socle:travail_etat", args=[travail.pk])).json() == {
        "pourcentage": 25,
        "message": "Ligne 1",
        "fini": False,
    }


# --- Workers that die, messages that get lost ----------------------------------------------------------


def vieillir(travail, **champs):
    TravailDeFond.objects.filter(pk=travail.pk).update(**champs)


def test_deux_ouvriers_reveilles_n_executent_qu_une_fois(perimetre, monkeypatch):
    executions = []
    monkeypatch.setitem(travaux._GENRES, "essai.export", lambda *a, **k: executions.append(1))
    travail = lancer(perimetre)
    executer_travail(travail.pk)
    executer_travail(travail.pk)
    assert executions == [1]


def test_un_ouvrier_tue_est_remplace_une_fois_puis_le_travail_est_abandonne(perimetre):
    travail = lancer(perimetre, "essai.mort")
    vieux = timezone.now() - travaux.SILENCE_MAXIMAL - dt.timedelta(seconds=1)
    for attendu in (EtatTravail.EN_ATTENTE, EtatTravail.ECHEC):
        with pytest.raises(WorkerTueError):
            executer_travail(travail.pk)
        assert etat(travail) == EtatTravail.EN_COURS
        reprendre_travaux()
        assert etat(travail) == EtatTravail.EN_COURS  # alive as far as anyone knows
        vieillir(travail, battement_le=vieux)
        reprendre_travaux()
        assert etat(travail) == attendu
    assert "Relancez-le" in travail.message


def test_un_reveil_perdu_est_repete_par_le_balayage(perimetre, django_capture_on_commit_callbacks):
    travail = lancer(perimetre)
    vieillir(travail, cree_le=timezone.now() - dt.timedelta(minutes=1))
    connection.run_on_commit.clear()  # the broker lost the message
    with django_capture_on_commit_callbacks(execute=True):
        reprendre_travaux()
    assert etat(travail) == EtatTravail.TERMINE
