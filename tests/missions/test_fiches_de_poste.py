"""Fiches de poste: one valid a day, versions compared, who is due one, the PDF."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from comptes.enums import Role
from missions.models import FicheDePoste
from missions.selectors.fiches_de_poste import (
    comparer,
    empreinte,
    fiches_dues,
    modele,
    rubriques_de,
)
from missions.services.fiches_de_poste import (
    clore_fiche,
    modifier_fiche,
    preparer_fiche,
    supprimer_fiche,
    valider_fiche,
)
from tests.cio_network.test_requetes import compter
from tests.missions import factories_territoire as f
from tests.reseaux.factories import connecter, creer_cio, creer_habilitation, creer_perimetre

pytestmark = pytest.mark.django_db


@pytest.fixture
def dcio():
    return creer_perimetre(Role.DCIO, creer_cio())


@pytest.fixture
def secretaire():
    return f.creer_secretaire()


def preparer(dcio, secretaire):
    return preparer_fiche(perimetre=dcio, secretaire=secretaire, cio=creer_cio())


def test_la_trame_est_reprise_dans_son_ordre(dcio, secretaire):
    fiche = FicheDePoste.objects.get(pk=preparer(dcio, secretaire).pk)
    assert [titre for titre, _ in rubriques_de(fiche)] == list(modele())
    assert "CIO de Blois" in fiche.rubriques["Lieu d’exercice"]


def test_un_seul_projet_a_la_fois(dcio, secretaire):
    preparer(dcio, secretaire)
    with pytest.raises(ValidationError, match="déjà en préparation"):
        preparer(dcio, secretaire)


def test_qui_n_est_pas_secretaire_du_cio_n_a_pas_de_fiche(dcio):
    voisine = f.creer_secretaire(creer_cio("Vendôme"))
    with pytest.raises(ValidationError, match="n’est pas secrétaire du CIO de Blois"):
        preparer(dcio, voisine)
    with pytest.raises(PermissionDenied):
        preparer_fiche(perimetre=dcio, secretaire=voisine, cio=creer_cio("Vendôme"))


def test_ni_l_ien_io_ni_la_secretaire_n_ecrivent(secretaire):
    for role in (Role.IEN_IO, Role.SECRETAIRE_CIO):
        with pytest.raises(PermissionDenied):
            preparer(creer_perimetre(role), secretaire)


def test_valider_met_fin_la_veille_a_la_precedente(dcio, secretaire):
    ancienne = f.creer_fiche(secretaire, debut=f.dans(-100), validee_le=f.dans(-100))
    fiche = preparer(dcio, secretaire)
    assert fiche.version == 2
    assert fiche.rubriques == ancienne.rubriques
    valider_fiche(perimetre=dcio, fiche=fiche, debut=f.dans(0))
    ancienne.refresh_from_db()
    assert ancienne.fin == f.dans(-1)
    assert [valide.version for valide in FicheDePoste.objects.valides()] == [2]
    assert [valide.version for valide in FicheDePoste.objects.valides(f.dans(-1))] == [1]


def test_une_fiche_ne_commence_pas_avant_celle_qui_est_validee(dcio, secretaire):
    f.creer_fiche(secretaire, debut=f.dans(10), validee_le=f.dans(-1))
    fiche = preparer(dcio, secretaire)
    with pytest.raises(ValidationError, match="choisissez une date postérieure"):
        valider_fiche(perimetre=dcio, fiche=fiche, debut=f.dans(10))
    fiche.refresh_from_db()
    assert fiche.validee_le is None


def test_celle_d_un_autre_cio_n_est_pas_close_par_ce_dcio(dcio, secretaire):
    vendome = creer_cio("Vendôme")
    creer_habilitation(Role.SECRETAIRE_CIO, vendome, utilisateur=secretaire)
    f.creer_fiche(secretaire, cio=vendome)
    with pytest.raises(ValidationError, match="son DCIO y met d’abord fin"):
        valider_fiche(perimetre=dcio, fiche=preparer(dcio, secretaire), debut=f.dans(0))


def test_deux_fiches_valides_le_meme_jour_sont_impossibles_en_base(secretaire):
    f.creer_fiche(secretaire)
    with pytest.raises(DatabaseError), transaction.atomic():
        f.creer_fiche(secretaire, version=2, debut=f.dans(0))


def test_une_fiche_validee_ne_change_plus(dcio, secretaire):
    fiche = f.creer_fiche(secretaire)
    with pytest.raises(ValidationError, match="préparez-en une nouvelle"):
        modifier_fiche(perimetre=dcio, fiche=fiche, rubriques={"A": "b"}, lue=empreinte(fiche))
    with pytest.raises(ValidationError, match="préparez-en une nouvelle"):
        supprimer_fiche(perimetre=dcio, fiche=fiche)


def test_deux_personnes_ecrivent_la_seconde_est_prevenue(dcio, secretaire):
    fiche = preparer(dcio, secretaire)
    lue = empreinte(fiche)
    rubriques = fiche.rubriques | {"Relations de travail": "Le réseau"}
    modifier_fiche(perimetre=dcio, fiche=fiche, rubriques=rubriques, lue=lue)
    with pytest.raises(ValidationError, match="Quelqu’un a modifié cette fiche"):
        modifier_fiche(perimetre=dcio, fiche=fiche, rubriques=fiche.rubriques, lue=lue)


def test_une_fiche_vide_est_refusee(dcio, secretaire):
    fiche = preparer(dcio, secretaire)
    with pytest.raises(ValidationError, match="vide"):
        modifier_fiche(
            perimetre=dcio, fiche=fiche, rubriques=dict.fromkeys(fiche.rubriques, " "), lue=empreinte(fiche)
        )


def test_mettre_fin_sans_suite(dcio, secretaire):
    fiche = f.creer_fiche(secretaire)
    with pytest.raises(ValidationError, match="elle finit après"):
        clore_fiche(perimetre=dcio, fiche=fiche, fin=f.dans(-31))
    clore_fiche(perimetre=dcio, fiche=fiche, fin=f.dans(-1))
    assert not FicheDePoste.objects.valides().exists()


# --- Due list, comparison ----------------------------------------------------------------------------


def test_qui_est_a_actualiser(dcio):
    sans, vieille, a_jour = (f.creer_secretaire() for _ in range(3))
    f.creer_fiche(vieille, debut=f.dans(-400), validee_le=f.dans(-366))
    f.creer_fiche(a_jour, debut=f.dans(-400), validee_le=f.dans(-365))
    projet = f.creer_fiche(sans, validee_le=None)
    f.creer_secretaire(creer_cio("Vendôme"))
    dues = {due.secretaire: (due.depuis, due.projet) for due in fiches_dues(dcio)}
    assert dues == {sans: (None, projet.pk), vieille: (f.dans(-366), None)}
    assert len(fiches_dues(creer_perimetre(Role.IEN_IO))) == 3


def test_la_comparaison_dit_ce_qui_change_mot_a_mot():
    avant = FicheDePoste(rubriques={"Relations de travail": "Le DCIO.\nLes PsyEN."})
    apres = FicheDePoste(rubriques={"Relations de travail": "Le DCIO.\nLes PsyEN et le réseau."})
    (rubrique,) = comparer(avant, apres)
    assert rubrique.est_changee
    assert "".join(m.texte for m in rubrique.morceaux if m.sort != "ajoute") == "Le DCIO.\nLes PsyEN."
    assert "".join(m.texte for m in rubrique.morceaux if m.sort != "retire") == (
        "Le DCIO.\nLes PsyEN et le réseau."
    )
    assert rubrique.morceaux[0].texte.startswith("Le DCIO.\nLes")


# --- Pages -------------------------------------------------------------------------------------------


def test_du_projet_a_la_validation_par_les_pages(client, dcio, secretaire):
    connecter(client, dcio)
    habilitation = secretaire.habilitations.get()
    reponse = client.post(reverse("missions:fiche_de_poste_preparer"), {"habilitation": habilitation.pk})
    fiche = FicheDePoste.objects.get()
    adresse = reverse("missions:fiche_de_poste_modifier", args=[fiche.pk])
    assert reponse["Location"] == adresse
    formulaire = client.get(adresse).context["form"]
    saisie = {nom: formulaire[nom].value() for nom in formulaire.fields}
    client.post(adresse, saisie | {"rubrique_0": "Secrétaire du CIO <b>"})
    client.post(reverse("missions:fiche_de_poste_valider", args=[fiche.pk]), {"debut": f.dans(0).isoformat()})
    page = client.get(reverse("missions:fiche_de_poste", args=[fiche.pk])).text
    assert "Secrétaire du CIO &lt;b&gt;" in page
    assert "Valide" in page


def test_la_secretaire_lit_la_sienne_et_aucune_autre(client, secretaire):
    perimetre = creer_perimetre(Role.SECRETAIRE_CIO, creer_cio())
    sienne, autre = f.creer_fiche(perimetre.utilisateur), f.creer_fiche(secretaire)
    connecter(client, perimetre)
    assert client.get(reverse("missions:fiche_de_poste", args=[sienne.pk])).status_code == 200
    assert client.get(reverse("missions:fiche_de_poste_pdf", args=[autre.pk])).status_code == 404
    assert str(secretaire) not in client.get(reverse("missions:fiches_de_poste")).text


def test_la_page_compare_avec_la_version_precedente(client, dcio, secretaire):
    f.creer_fiche(secretaire, fin=f.dans(-10), debut=f.dans(-40))
    fiche = f.creer_fiche(secretaire, version=2, debut=f.dans(-9), rubriques={"Intitulé du poste": "Chef"})
    connecter(client, dcio)
    page = client.get(reverse("missions:fiche_de_poste", args=[fiche.pk]), {"comparer": "1"}).text
    assert "<ins>Chef</ins>" in page
    assert "<del>Secrétaire</del>" in page


def test_le_pdf(client, dcio, secretaire):
    fiche = f.creer_fiche(secretaire, validee_le=None)
    connecter(client, dcio)
    reponse = client.get(reverse("missions:fiche_de_poste_pdf", args=[fiche.pk]))
    assert reponse["Content-Type"] == "application/pdf"
    assert reponse.content.startswith(b"%PDF-")
    assert "inline" in reponse["Content-Disposition"]


@pytest.mark.parametrize("parametres", ["", "?format=csv"])
def test_les_requetes_ne_suivent_pas_les_fiches(client, parametres):
    connecter(client, creer_perimetre(Role.IEN_IO))
    f.creer_fiche()
    f.creer_secretaire()
    adresse = reverse("missions:fiches_de_poste") + parametres
    avant = compter(client, adresse)
    for commune in ("Vendôme", "Romorantin"):
        f.creer_fiche(cio=creer_cio(commune))
        f.creer_secretaire(creer_cio(commune))
    assert compter(client, adresse) == avant
