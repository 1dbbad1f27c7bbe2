"""The texts of the reminders: rewritten by the ADMIN, filled from a closed list, never evaluated."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from comptes.enums import Role
from planning.enums import GenreMessage
from planning.models import ModeleDeMessage
from planning.selectors.messages import (
    BALISES,
    TEXTES,
    Texte,
    blocs,
    delai_en_mots,
    jour_en_mots,
    noms,
    remplir,
    verifier_texte,
)
from planning.services.messages import enregistrer_message, retablir_message
from planning.services.rappels import envoyer_rappels
from socle.journal import historique
from socle.models import Courriel
from tests.planning.factories import creer_action, creer_jalon, creer_plan
from tests.reseaux.factories import (
    connecter,
    creer_academie,
    creer_cio,
    creer_departement,
    creer_perimetre,
    creer_utilisateur,
)

JEUDI = dt.datetime(2027, 3, 4, 9, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def admin(db):
    return creer_perimetre(Role.ADMIN)


def reecrire(
    perimetre, objet="{jalon}", corps="À voir ici : {lien}", genre=GenreMessage.RAPPEL, academie=None
):
    academie = academie or creer_academie()
    return enregistrer_message(perimetre=perimetre, academie=academie, genre=genre, objet=objet, corps=corps)


# --- Words between braces ---------------------------------------------------------------------------


@pytest.mark.parametrize("genre", GenreMessage)
def test_les_textes_d_origine_tiennent_leurs_propres_regles(genre):
    verifier_texte(genre, TEXTES[genre])


@pytest.mark.parametrize(
    "texte",
    [
        "{inconnu} {lien}",
        "{} {lien}",
        "{lien.__class__} {lien}",
        "{lien!r} {lien}",
        "{0} {lien}",
        "{{ lien }} {lien}",
        "{% include 'x' %} {lien}",
        "{ {lien}",
        "} {lien}",
        "{LIEN} {lien}",
    ],
)
def test_un_mot_inconnu_est_refuse_avec_la_liste(texte):
    with pytest.raises(ValidationError) as refus:
        verifier_texte(GenreMessage.RAPPEL, Texte("Objet", texte))
    assert "{destinataire}, {jalon}, {attendu}" in refus.value.message_dict["corps"][0]


def test_l_objet_aussi_est_verifie():
    with pytest.raises(ValidationError) as refus:
        verifier_texte(GenreMessage.RAPPEL, Texte("{liste}", "{lien}"))
    assert list(refus.value.message_dict) == ["objet"]


def test_le_lien_et_la_liste_sont_indispensables():
    with pytest.raises(ValidationError, match=r"Gardez \{lien\}"):
        verifier_texte(GenreMessage.RAPPEL, Texte("Objet", "Bonjour"))
    with pytest.raises(ValidationError, match=r"Gardez \{liste\}"):
        verifier_texte(GenreMessage.RECAPITULATIF, Texte("Objet", "{lien}"))


def test_une_valeur_n_est_jamais_relue():
    assert remplir("{jalon} {lien}", {"jalon": "{lien} {{ x }}", "lien": "ici"}) == "{lien} {{ x }} ici"


@given(
    st.text(max_size=80), st.dictionaries(st.sampled_from(sorted(BALISES["rappel"])), st.text(max_size=20))
)
def test_aucun_texte_ne_fait_tomber_le_remplissage(texte, valeurs):
    attendu = texte
    remplir(texte, valeurs)
    assert remplir(texte, {}) == attendu
    blocs(texte)


# --- Dates and names in words -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("jours", "mots"),
    [(7, "dans 7 jours"), (1, "demain"), (0, "aujourd’hui"), (-1, "depuis hier"), (-9, "depuis 9 jours")],
)
def test_le_delai_se_dit(jours, mots):
    assert delai_en_mots(dt.date(2028, 2, 29) + dt.timedelta(days=jours), dt.date(2028, 2, 29)) == mots


def test_le_jour_s_ecrit_en_toutes_lettres():
    assert jour_en_mots(dt.date(2027, 3, 1)) == "lundi 1er mars 2027"


@pytest.mark.django_db
def test_une_longue_liste_de_noms_est_abregee():
    personnes = [creer_utilisateur() for _ in range(10)]
    assert noms(personnes).endswith(" et 2 autres")
    assert noms([]) == "plus personne en poste"


def test_les_tirets_font_une_liste():
    assert [bloc.puces for bloc in blocs("Voici :\n\n– un\n– deux\n\nFin")] == [[], ["un", "deux"], []]


# --- The mails -------------------------------------------------------------------------------------


def test_le_rappel_dit_quoi_quand_qui_et_ou(db):
    with time_machine.travel(JEUDI, tick=False):
        dcio = creer_perimetre(Role.DCIO, creer_cio())
        jalon = creer_jalon(
            creer_action(fin=400, titre="Présenter le cadre"), "Réunir les chefs", dans_jours=7
        )
        envoyer_rappels()
    courriel = Courriel.objects.get()
    assert courriel.objet == "Pour le jeudi 11 mars 2027 (dans 7 jours) : Réunir les chefs"
    assert "– Réunir les chefs (action n° 1 : Présenter le cadre)" in courriel.corps_texte
    assert f"Qui en répond : {dcio.utilisateur}." in courriel.corps_texte
    assert (
        courriel.corps_texte.count(f"http://127.0.0.1:8000{reverse('planning:jalon', args=[jalon.pk])}") == 1
    )
    assert "<li>Réunir les chefs (action" in courriel.corps_html


def test_un_intitule_hostile_reste_du_texte(db):
    with time_machine.travel(JEUDI, tick=False):
        creer_perimetre(Role.DCIO, creer_cio())
        creer_jalon(creer_action(fin=400), "<script>x</script> {lien}\r\nBcc: a@b.fr {{ 7 }}", dans_jours=7)
        envoyer_rappels()
    courriel = Courriel.objects.get()
    assert "\n" not in courriel.objet
    assert courriel.objet.endswith(": <script>x</script> {lien} Bcc: a@b.fr {{ 7 }}")
    assert "<script>" not in courriel.corps_html
    assert courriel.corps_texte.count("http://127.0.0.1:8000/plan/jalons/") == 1


def test_le_texte_de_l_academie_remplace_celui_du_service(admin):
    """In its own départements only."""
    reecrire(admin, objet="À faire {delai}", corps="{destinataire}, voici : {attendu}\n\n{lien}")
    with time_machine.travel(JEUDI, tick=False):
        for code, academie in (("041", creer_academie()), ("035", creer_academie("14", "Rennes"))):
            departement = creer_departement(code, academie=academie)
            creer_perimetre(Role.DCIO, creer_cio(departement=departement))
            creer_jalon(creer_action(creer_plan(departement=departement), fin=400), dans_jours=7)
        envoyer_rappels()
    objets = sorted(Courriel.objects.values_list("objet", flat=True))
    assert [objet.split()[0] for objet in objets] == ["Pour", "À"]


# --- Right, journal, screens -----------------------------------------------------------------------


def test_reecrire_puis_revenir_au_texte_d_origine_est_journalise(admin):
    modele = reecrire(admin)
    academie = creer_academie()
    assert historique(modele).first().action == "planning.message.modifie"
    retablir_message(perimetre=admin, academie=academie, genre=GenreMessage.RAPPEL)
    assert not ModeleDeMessage.objects.exists()
    with pytest.raises(ValidationError, match="déjà son texte d’origine"):
        retablir_message(perimetre=admin, academie=academie, genre=GenreMessage.RAPPEL)


def test_seul_l_admin_de_l_academie_reecrit(admin):
    with pytest.raises(PermissionDenied):
        reecrire(creer_perimetre(Role.IEN_IO))
    with pytest.raises(PermissionDenied):
        reecrire(admin, academie=creer_academie("14", "Rennes"))


def test_l_apercu_montre_un_exemple_sans_rien_enregistrer(client, admin):
    connecter(client, admin)
    adresse = reverse("planning:message", args=["rappel"])
    saisie = {"objet": "Rappel : {jalon}", "corps": "Bonjour <b>, {attendu}\n\n{lien}", "apercu": "oui"}
    page = client.post(adresse, saisie).text
    assert "Rappel : Réunir les chefs d’établissement du bassin" in page
    assert "Bonjour &lt;b&gt;, Réunir" in page
    assert not ModeleDeMessage.objects.exists()
    del saisie["apercu"]
    assert client.post(adresse, saisie).status_code == 302
    assert ModeleDeMessage.objects.get().objet == "Rappel : {jalon}"
    assert "Revenir au texte d’origine" in client.get(adresse).text


def test_une_saisie_refusee_revient_avec_la_liste(client, admin):
    connecter(client, admin)
    adresse = reverse("planning:message", args=["recapitulatif"])
    page = client.post(adresse, {"objet": "x", "corps": "{jalon} {lien} {liste}"}).text
    assert "Ce texte contient {jalon}." in page
    assert not ModeleDeMessage.objects.exists()


@pytest.mark.parametrize("genre", GenreMessage)
def test_chaque_message_a_sa_page_et_son_apercu(client, admin, genre):
    connecter(client, admin)
    assert genre.label in client.get(reverse("planning:messages")).text
    page = client.get(reverse("planning:message", args=[genre])).text
    assert "Aperçu, avec un exemple" in page
