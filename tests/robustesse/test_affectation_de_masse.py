"""Nothing outside the form is settable, nothing outside the perimeter is reachable (reliability rows 4, 5).

Each form is sent as its page shows it, then with every column of every table beside it, then with the keys
of the neighbour's and the stranger's objects in place of each key.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils import timezone

from comptes.enums import Role
from comptes.models import Utilisateur
from psyen.models import PsyEN, Repartition, Service
from reseaux.models import CIO, Departement, Etablissement, Habilitation, Reseau
from tests.acces.monde import Monde
from tests.depot import COUCHES
from tests.robustesse.conftest import ROLES, Scene
from tests.robustesse.formulaires import Formulaire, formulaires
from tests.robustesse.hostile import part, tour
from tests.robustesse.lieux import NOMS
from tests.robustesse.visite import Visiteur

pytestmark = [pytest.mark.django_db, pytest.mark.hostile]

MODELES = [m for m in apps.get_models() if m._meta.app_label in COUCHES]
#: Drawn at random: two identical sendings differ by it.
HASARD = {"empreinte", "message_id", "password", "session_data", "uid"}
INSTANT = timezone.now()
CIBLES = (CIO, Departement, Etablissement, Habilitation, PsyEN, Repartition, Reseau, Service, Utilisateur)
Base = dict[type[models.Model], dict[Any, dict[str, Any]]]


def lire_la_base() -> Base:
    return {
        modele: {
            ligne["pk"]: {cle: valeur for cle, valeur in ligne.items() if cle not in HASARD}
            for ligne in modele._base_manager.order_by("pk").values("pk", *_colonnes(modele))
        }
        for modele in MODELES
    }


def memes_numeros() -> None:
    """A sequence of PostgreSQL keeps what a rollback gave back: new rows would be numbered otherwise."""
    with connection.cursor() as curseur:
        for sql in connection.ops.sequence_reset_sql(no_style(), MODELES):
            curseur.execute(sql)


def _colonnes(modele: type[models.Model]) -> list[str]:
    return [c.attname for c in modele._meta.concrete_fields if not isinstance(c, models.BinaryField)]


def ecart(avant: Base, apres: Base) -> dict[str, Any]:
    """Rows made, changed, gone; what is the same on both sides is left out."""
    return {
        f"{modele._meta.label} {pk}": (avant[modele].get(pk), apres[modele].get(pk))
        for modele in MODELES
        for pk in sorted(avant[modele].keys() | apres[modele].keys())
        if avant[modele].get(pk) != apres[modele].get(pk)
    }


def colonnes_de_partout(etranger: Monde) -> dict[str, str]:
    """Every column name of our tables, with a value that would hurt."""
    valeurs: dict[str, str] = {}
    for modele in MODELES:
        for champ in modele._meta.concrete_fields:
            for nom in {champ.name, champ.attname}:
                valeurs.setdefault(nom, _valeur_nuisible(champ, etranger))
    return valeurs | {"is_staff": "1", "is_superuser": "1", "is_active": "", "pk": "1", "perimetre": "1"}


def _valeur_nuisible(champ: models.Field, etranger: Monde) -> str:
    cible = champ.related_model
    if cible in CIBLES:
        return str(_cles(etranger)[cible][0])
    if champ.choices:
        return str(list(champ.choices)[-1][0])
    if isinstance(champ, models.DateField):
        return "2020-01-01"
    return "1"


def _cles(monde: Monde) -> dict[type[models.Model], list[int]]:
    """Keys of the objects of that world, by table."""
    reseaux = [monde.reseau.pk, monde.reseau_suivant.pk]
    repartitions = [monde.arretee.pk, monde.proposee.pk, monde.brouillon.pk]
    return {
        CIO: [monde.cio.pk],
        Departement: [monde.departement.pk],
        Etablissement: list(
            Etablissement.objects.filter(cio=monde.cio).order_by("pk").values_list("pk", flat=True)
        ),
        Habilitation: [monde.habilitation.pk, monde.dasen.habilitation_id],
        PsyEN: [monde.psyen.pk],
        Repartition: repartitions,
        Reseau: reseaux,
        Service: list(
            Service.objects.filter(repartition__in=repartitions).order_by("pk").values_list("pk", flat=True)
        ),
        Utilisateur: [monde.psyen.utilisateur_id, monde.dcio.utilisateur_id],
    }


@dataclass
class Essai:
    role: Role
    visiteur: Visiteur
    adresse: str
    donnees: dict[str, Any]
    #: Fields that are a choice in a list.
    listes: frozenset[str] = frozenset()

    @property
    def cles(self) -> list[str]:
        """Fields that hold a key, or that would."""
        return [
            champ
            for champ, valeur in self.donnees.items()
            if champ in self.listes or str((valeur or [""])[0]).isdecimal()
        ]

    def effet(self, avant: Base, donnees: dict[str, Any]) -> dict[str, Any]:
        """What that sending changes, before everything is put back."""
        with time_machine.travel(INSTANT, tick=False), transaction.atomic():
            memes_numeros()
            client = copy.copy(self.visiteur.client)
            reponse = client.post(self.adresse, donnees)
            assert reponse.status_code < 500
            resultat = ecart(avant, lire_la_base())
            transaction.set_rollback(True)
        self.visiteur._reprendre_les_temoins()
        return resultat


def essais(nom: str, scene: Scene) -> Iterator[Essai]:
    """Each form of the page of that name, as each role would send it; the gestures too."""
    for adresse in scene.adresses(nom):
        for role in ROLES:
            visiteur = scene.visiteurs[role]
            page = visiteur.demander("get", adresse)
            if page.statut == 405:
                yield Essai(role, visiteur, adresse, {})
            for formulaire in formulaires(page.contenu) if page.statut == 200 else ():
                action = formulaire.action.partition("#")[0] or adresse
                if formulaire.methode == "post" and "deconnexion" not in action and "fermer" not in action:
                    yield Essai(role, visiteur, action, remplir(formulaire), frozenset(formulaire.listes))


#: By what the name of the field holds; the form must go through to prove anything.
EXEMPLES = {
    "date": "2026-11-02",
    "courriel": "nouveau@ac-essai.fr",
    "quotite": "100",
    "rentree": "2026",
    "role": "secretaire_cio",
    "numero": "0410",
}


#: Optional, filled in so that the sending changes something.
FACULTATIFS = {"telephone": "02 54 00 00 00", "c-": "0,5"}


def remplir(formulaire: Formulaire) -> dict[str, Any]:
    """What the page shows, its compulsory empty fields filled in."""
    return {
        nom: _exemple(nom, requis=nom in formulaire.requis) if valeur == [""] else valeur
        for nom, valeur in formulaire.donnees.items()
    }


def _exemple(nom: str, *, requis: bool) -> str:
    exemples = EXEMPLES if requis else FACULTATIFS
    return next((v for cle, v in exemples.items() if cle in nom), "deux" if requis else "")


@pytest.fixture(scope="module")
def avant(scene: Scene) -> Base:
    return lire_la_base()


#: Pages whose form must go through as filled here, by one role at least: otherwise the tests prove nothing.
QUI_ABOUTISSENT = (
    "psyen:mon_psyen",
    "psyen:modele_arrete",
    "psyen:psyen_creer",
    "psyen:psyen_modifier",
    "psyen:rattachement_creer",
    "psyen:renvoyer",
    "psyen:repartition_grille",
    "psyen:repartition_proposer",
    "reseaux:cio_modifier",
    "reseaux:compte_creer",
    "reseaux:habilitation_accorder",
    "reseaux:habilitation_revoquer",
    "reseaux:perimetre",
    "reseaux:reseau_creer",
    "reseaux:sectorisation",
)


@pytest.mark.parametrize("nom", QUI_ABOUTISSENT)
def test_les_formulaires_aboutissent(nom: str, scene: Scene, avant: Base):
    """With the keys of one's own world in the lists left open."""
    cles = [str(o.pk) for o in (scene.propre.cio, scene.propre.tete, scene.propre.reseau_suivant)]
    assert any(
        essai.effet(
            avant,
            {c: cle if c in essai.listes and v in ("deux", "") else v for c, v in essai.donnees.items()},
        )
        for essai in essais(nom, scene)
        for cle in cles
    )


@pytest.mark.parametrize("nom", part(NOMS, "colonnes de trop"))
def test_aucune_colonne_de_trop(nom: str, scene: Scene, avant: Base):
    """The same effect with every column name beside the fields: none of them was read."""
    de_trop = colonnes_de_partout(scene.etranger)
    for essai in essais(nom, scene):
        attendu = essai.effet(avant, essai.donnees)
        # A field that the empty sending leaves out is not « de trop »: the page did not show it as empty.
        lus = essai.visiteur.demander("post", essai.adresse, essai.donnees).lus
        autres = {cle: valeur for cle, valeur in de_trop.items() if cle not in lus}
        assert essai.effet(avant, autres | essai.donnees) == attendu, (essai.role, essai.adresse)


@pytest.mark.parametrize("nom", part(NOMS, "clés étrangères"))
def test_aucune_cle_etrangere(nom: str, scene: Scene, avant: Base):
    """Each field that holds a key gets those of other worlds: nothing there moves, nothing points there."""
    for essai in essais(nom, scene):
        interdits = mondes_interdits(essai.role, scene)
        for champ in essai.cles:
            lointaines = sorted({str(k) for m in interdits for cles in _cles(m).values() for k in cles})
            for cle in tour(lointaines, 3, nom + champ):
                effet = essai.effet(avant, essai.donnees | {champ: cle})
                assert atteintes(effet, interdits) == [], (essai.role, essai.adresse, champ, cle)


def mondes_interdits(role: Role, scene: Scene) -> list[Monde]:
    """The DASEN and the ADMIN act on the neighbour too; nobody on the stranger."""
    if role in {Role.DASEN, Role.ADMIN}:
        return [scene.etranger]
    return [scene.voisin, scene.etranger]


def atteintes(effet: dict[str, Any], interdits: list[Monde]) -> list[str]:
    """Changes that touch a forbidden object, or that now point to one."""
    cles = {modele: {k for m in interdits for k in _cles(m)[modele]} for modele in CIBLES}
    # A réseau may take a free school of the whole département (open data), never of another one; the
    # neighbour's département is one's own.
    loin = _cles(interdits[-1])
    visables = cles | {modele: set(loin[modele]) for modele in (Etablissement, Departement)}
    trouvees = []
    for ligne, (ancien, nouveau) in effet.items():
        etiquette, _, pk = ligne.rpartition(" ")
        modele = apps.get_model(etiquette)
        if modele in cles and ancien is not None and int(pk) in cles[modele]:
            trouvees.append(f"{ligne} : {ancien} → {nouveau}")
        for champ in modele._meta.concrete_fields if nouveau else ():
            cible = champ.related_model
            vise = nouveau.get(champ.attname)
            deja = (ancien or {}).get(champ.attname)
            if cible in visables and vise in visables[cible] and vise != deja:
                trouvees.append(f"{ligne}.{champ.name} = {vise}")
    return trouvees


PROTEGEES = {
    Repartition: {"etat": "arretee", "version": 9, "revision": 99, "proposee_par": 1, "decidee_par": 1},
    Service: {"demi_journees_eple": "9.5", "compte_dans_couverture": "", "capacite": "99"},
}


def test_l_etat_d_un_brouillon_ne_se_poste_pas(scene: Scene, avant: Base):
    """The short list that matters most, sent to every gesture on the draft, by the DCIO himself."""
    brouillon = scene.propre.brouillon
    de_trop = {cle: str(v) for colonnes in PROTEGEES.values() for cle, v in colonnes.items()}
    for nom in NOMS:
        if not nom.startswith("psyen:repartition") and nom != "psyen:affecter":
            continue
        for adresse in (a for a in scene.adresses(nom) if f"/{brouillon.pk}/" in a):
            visiteur = scene.visiteurs[Role.DCIO]
            effet = Essai(Role.DCIO, visiteur, adresse, {}).effet(avant, de_trop)
            _, apres = effet.get(f"psyen.Repartition {brouillon.pk}", (None, None))
            if apres is not None:
                assert apres["etat"] in {"brouillon", "proposee"}, adresse
                assert apres["version"] == brouillon.version, adresse
                assert apres["decidee_par_id"] is None, adresse
                assert apres["revision"] < 99, adresse
