"""What the CIO of the demonstration open to their territory, their conventions, the fiches de poste."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from cio_network.demonstration.personnes import DEPARTEMENT_VITRINE, Equipe
from comptes.enums import Role
from missions.enums import EtatBiblioLab, GenrePartenaire, Theme, Volet
from missions.models import Partenaire, Public
from missions.selectors.fiches_de_poste import empreinte
from missions.services.biblio_labs import suivre_biblio_lab
from missions.services.conventions import creer_convention, rappeler_conventions
from missions.services.fiches_de_poste import modifier_fiche, preparer_fiche, valider_fiche
from missions.services.nomenclature import charger_nomenclature
from missions.services.partenaires import creer_partenaire
from missions.services.territoire import creer_action_de_territoire, realiser_action_de_territoire
from missions.services.territoire_externalisables import creer_externalisable
from reseaux.models import CIO, AnneeScolaire, Departement, Habilitation, Reseau
from reseaux.perimetre import Perimetre

#: Name (« {nom} » stands for the département), nature, site.
PARTENAIRES = (
    ("Région Centre-Val de Loire", GenrePartenaire.REGION, "https://www.centre-valdeloire.fr/"),
    ("Mission locale, {nom}", GenrePartenaire.MISSION_LOCALE, ""),
    ("Chambre de métiers et de l’artisanat, {nom}", GenrePartenaire.ENTREPRISE, ""),
    ("Conseil départemental, {nom}", GenrePartenaire.COLLECTIVITE, ""),
    ("Maison des adolescents, {nom}", GenrePartenaire.ASSOCIATION, ""),
)
#: Theme, title, code of the public, rank of the partner: the four answers of the source.
CATALOGUE = (
    (Theme.DECROCHAGE, "Entretiens de remobilisation, avec la mission locale", "DECROCHEURS", 1),
    (Theme.COMPORTEMENT, "Atelier « Se connaître, se projeter » en petit groupe", "SCOLAIRES", 4),
    (Theme.MINEURS_ISOLES, "Accueil et bilan de parcours des mineurs isolés", "MINEURS-ISOLES", 3),
    (Theme.BESOINS_PARTICULIERS, "Conseil aux familles et aux équipes avant l’affectation", "BEP", 3),
)


@dataclass(frozen=True)
class Territoire:
    """A département, its year, its people and what it has registered so far."""

    departement: Departement
    annee: AnneeScolaire
    equipe: Equipe
    aujourd_hui: dt.date
    cios: Sequence[CIO]
    publics: dict[str, Public]
    partenaires: Sequence[Partenaire]

    @property
    def est_vitrine(self) -> bool:
        return self.departement.code == DEPARTEMENT_VITRINE

    def dcio(self, cio: CIO) -> Perimetre:
        return self.equipe.dcio[cio.pk]

    def il_y_a(self, jours: int) -> dt.date:
        """That many days ago, in the school year."""
        return max(self.annee.debut, self.aujourd_hui - dt.timedelta(days=jours))

    def dans(self, jours: int) -> dt.date:
        """In that many days, in the school year."""
        return min(self.annee.fin, self.aujourd_hui + dt.timedelta(days=jours))


def charger_territoires(annee: AnneeScolaire, equipes: dict[int, Equipe], aujourd_hui: dt.date) -> None:
    """Every département; the showcase holds the rest of what the pages can show."""
    for departement in Departement.objects.select_related("academie").order_by("code"):
        charger_nomenclature(perimetre=Perimetre.systeme(), academie=departement.academie)
        equipe = equipes[departement.pk]
        territoire = Territoire(
            departement,
            annee,
            equipe,
            aujourd_hui,
            list(departement.cios.filter(parent=None).order_by("pk")),
            {public.code: public for public in Public.objects.filter(academie=departement.academie)},
            _inscrire_partenaires(departement, equipe),
        )
        _ouvrir_les_cios(territoire)
        _ecrire_les_fiches(territoire)
        if territoire.est_vitrine:
            _completer_la_vitrine(territoire)
    rappeler_conventions(jour=aujourd_hui)


def _inscrire_partenaires(departement: Departement, equipe: Equipe) -> list[Partenaire]:
    return [
        creer_partenaire(
            perimetre=equipe.ien_io,
            departement=departement,
            nom=nom.replace("{nom}", departement.nom),
            genre=genre,
            site=site,
        )
        for nom, genre, site in PARTENAIRES
    ]


def _ouvrir_les_cios(territoire: Territoire) -> None:
    """A catalogue and a forum « Avenir » in each CIO; in the showcase, the last forum is still to come."""
    lignes = CATALOGUE if territoire.est_vitrine else CATALOGUE[:1]
    dernier = territoire.cios[-1]
    for rang, cio in enumerate(territoire.cios):
        for theme, titre, public, partenaire in lignes:
            creer_externalisable(
                perimetre=territoire.dcio(cio),
                cio=cio,
                theme=theme,
                titre=titre,
                publics=[territoire.publics[public]],
                partenaires=[territoire.partenaires[partenaire]],
            )
        en_attente = territoire.est_vitrine and cio == dernier
        _tenir_forum(territoire, cio, participants=None if en_attente else 140 + 35 * rang)


def _tenir_forum(territoire: Territoire, cio: CIO, participants: int | None) -> None:
    jour = territoire.il_y_a(21) if participants else territoire.dans(18)
    action = creer_action_de_territoire(
        perimetre=territoire.dcio(cio),
        cio=cio,
        annee=territoire.annee,
        volet=Volet.AVENIR,
        titre=f"Forum « Avenir » des familles, {cio.commune}",
        jour=jour,
        lieu=f"Salle des fêtes, {cio.commune}",
        description="Rencontres avec des professionnels, ateliers sur les formations du territoire.",
        publics=[territoire.publics["SCOLAIRES"]],
        partenaires=territoire.partenaires[:3],
    )
    if participants:
        realiser_action_de_territoire(
            perimetre=territoire.dcio(cio), action=action, jour=jour, participants=participants
        )


def _ecrire_les_fiches(territoire: Territoire) -> None:
    """A valid fiche for each secrétaire; in the showcase the last is still a draft."""
    for cio in territoire.cios:
        perimetre = territoire.dcio(cio)
        en_poste = Habilitation.objects.en_vigueur(territoire.aujourd_hui).filter(
            cio=cio, role=Role.SECRETAIRE_CIO
        )
        for habilitation in en_poste.select_related("utilisateur").order_by("pk"):
            fiche = preparer_fiche(perimetre=perimetre, secretaire=habilitation.utilisateur, cio=cio)
            if territoire.est_vitrine and cio == territoire.cios[-1]:
                continue
            le = territoire.aujourd_hui - dt.timedelta(days=200)
            valider_fiche(perimetre=perimetre, fiche=fiche, debut=le, le=le)


def _completer_la_vitrine(territoire: Territoire) -> None:
    _reecrire_une_fiche(territoire)
    _ajouter_actions(territoire)
    _ouvrir_biblio_labs(territoire)
    _signer_conventions(territoire)


def _reecrire_une_fiche(territoire: Territoire) -> None:
    """The first CIO has a second version: the two are compared."""
    cio = territoire.cios[0]
    perimetre = territoire.dcio(cio)
    en_poste = Habilitation.objects.en_vigueur(territoire.aujourd_hui)
    secretaire = en_poste.filter(cio=cio, role=Role.SECRETAIRE_CIO).order_by("pk")[0].utilisateur
    fiche = preparer_fiche(perimetre=perimetre, secretaire=secretaire, cio=cio)
    accueil = "Missions principales : accueil"
    rubriques = fiche.rubriques | {
        accueil: f"{fiche.rubriques[accueil]}\nTenir une permanence d’accueil au forum « Avenir »."
    }
    fiche = modifier_fiche(perimetre=perimetre, fiche=fiche, rubriques=rubriques, lue=empreinte(fiche))
    le = territoire.aujourd_hui - dt.timedelta(days=30)
    valider_fiche(perimetre=perimetre, fiche=fiche, debut=le, le=le)


def _ajouter_actions(territoire: Territoire) -> None:
    blois = territoire.cios[0]
    for volet, titre, jours, public in (
        (Volet.CITOYEN, "Rencontre « Droits et devoirs du jeune apprenti »", 25, "CFA"),
        (Volet.AVENIR, "Café des métiers du soin", 40, "16-25"),
    ):
        creer_action_de_territoire(
            perimetre=territoire.dcio(blois),
            cio=blois,
            annee=territoire.annee,
            volet=volet,
            titre=titre,
            jour=territoire.dans(jours),
            lieu=f"{blois.nom}, {blois.commune}",
            publics=[territoire.publics[public]],
            partenaires=territoire.partenaires[1:3],
        )


def _ouvrir_biblio_labs(territoire: Territoire) -> None:
    """One experimented, one in preparation."""
    reseaux = Reseau.objects.filter(cio=territoire.cios[0], annee=territoire.annee).select_related("tete")
    tetes = [reseau.tete for reseau in reseaux.order_by("pk")[:2]]
    etats = ((EtatBiblioLab.EXPERIMENTE, territoire.il_y_a(45)), (EtatBiblioLab.PROJET, None))
    for tete, (etat, depuis) in zip(tetes, etats, strict=False):
        suivre_biblio_lab(
            perimetre=territoire.equipe.ien_io,
            etablissement=tete,
            annee=territoire.annee,
            etat=etat,
            depuis=depuis,
            description="Le CDI accueille un espace d’orientation ouvert aux élèves et aux familles.",
        )


def _signer_conventions(territoire: Territoire) -> None:
    """The SPRO ends within its notice; the other runs on."""
    region, mission_locale = territoire.partenaires[:2]
    for objet, reference, partie, depuis, reste in (
        (
            "Participation au service public régional de l’orientation (SPRO)",
            "SPRO",
            region,
            1050,
            45,
        ),
        ("Suivi et appui aux décrocheurs (PSAD)", "PSAD", mission_locale, 300, 430),
    ):
        debut = territoire.aujourd_hui - dt.timedelta(days=depuis)
        creer_convention(
            perimetre=territoire.equipe.ien_io,
            departement=territoire.departement,
            objet=objet,
            reference=f"{reference}-{debut.year}",
            debut=debut,
            fin=territoire.aujourd_hui + dt.timedelta(days=reste),
            partenaires=[partie],
        )
