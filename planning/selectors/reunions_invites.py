"""Whom a meeting may gather: groups of people resolved into persons, each once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from comptes.enums import Role
from comptes.models import Utilisateur
from planning.models import Reunion
from planning.selectors.responsables import Titulaires
from psyen.models import PsyEN, Rattachement
from reseaux.models import CIO, AnneeScolaire, Etablissement, Groupe, Habilitation, MembreReseau, Reseau
from reseaux.perimetre import ROLES_CIO, ROLES_DEPARTEMENT, Perimetre

#: Public → what the form says.
PUBLICS_DU_CIO = (
    ("psyens_cio", "Tous les PsyEN du CIO"),
    ("chefs_cio", "Les chefs d’établissement des réseaux du CIO"),
)
PUBLICS_DU_DEPARTEMENT = (
    ("psyens_departement", "Tous les PsyEN du département"),
    ("chefs_departement", "Les chefs d’établissement des réseaux du département"),
)
PUBLICS_COMMUNS = (
    ("direction", "L’IEN-IO, son adjoint et le SG"),
    ("dcio", "Les DCIO du département"),
)
ROLES_DE_DIRECTION = (Role.IEN_IO, Role.ADJOINT_IEN_IO, Role.SG)


@dataclass(frozen=True)
class Invite:
    """Someone to invite: an account, a PsyEN of the file, a school, or a name and an address."""

    nom: str
    qualite: str
    courriel: str
    utilisateur_id: int | None = None
    psyen_id: int | None = None

    @property
    def cle(self) -> str:
        """How a form names a person: « u12 » (account), « p7 » (PsyEN without an account)."""
        return f"u{self.utilisateur_id}" if self.utilisateur_id else f"p{self.psyen_id}"


def nom_de_liste(personne: PsyEN | Utilisateur) -> str:
    """« MOREL Amina »: a list of people is read by family name."""
    return f"{personne.nom.upper()} {personne.prenom}"


def jour_de(reunion: Reunion) -> dt.date:
    """The day of the meeting; today as long as it has none."""
    return timezone.localdate(reunion.debut) if reunion.debut else timezone.localdate()


def publics(perimetre: Perimetre, reunion: Reunion) -> list[tuple[str, str]]:
    """The groups of people that one may invite whole; those of a département from above only."""
    choix = list(PUBLICS_DU_CIO) if reunion.cio_id else []
    if perimetre.lit_le_departement or perimetre.est_systeme:
        choix += PUBLICS_DU_DEPARTEMENT
    return [*choix, *PUBLICS_COMMUNS]


def reseaux_a_reunir(perimetre: Perimetre, reunion: Reunion) -> QuerySet[Reseau]:
    """The réseaux of the school year of the meeting whose chefs d'établissement one may invite."""
    annee = AnneeScolaire.objects.au(jour_de(reunion))
    siens = Reseau.objects.dans_perimetre(perimetre).filter(
        annee=annee, cio__departement=reunion.departement_id
    )
    return siens.select_related("cio").order_by("cio__nom", "nom", "pk")


def groupes_a_reunir(perimetre: Perimetre, reunion: Reunion) -> QuerySet[Groupe]:
    """The groups of the département: équipe de direction, groupes de travail."""
    groupes = Groupe.objects.dans_perimetre(perimetre).filter(departement=reunion.departement_id)
    return groupes.order_by("nom", "pk")


def personnes_a_reunir(perimetre: Perimetre, reunion: Reunion) -> list[Invite]:
    """One by one: the direction, the PsyEN and the chefs that the perimeter reads, by name."""
    psyens = _psyens(PsyEN.objects.dans_perimetre(perimetre), reunion)
    direction = _en_poste(reunion).filter(
        Q(departement=reunion.departement_id, role__in=ROLES_DEPARTEMENT)
        | Q(cio__departement=reunion.departement_id, role__in=ROLES_CIO)
    )
    ecoles = Etablissement.objects.filter(cio__in=CIO.objects.dans_perimetre(perimetre))
    chefs = _en_poste(reunion).filter(role=Role.CHEF_ETABLISSEMENT, etablissement__in=ecoles.values("pk"))
    return sans_doublon([*_des_habilitations(direction), *psyens, *_des_habilitations(chefs)])


def resoudre(
    perimetre: Perimetre,
    reunion: Reunion,
    *,
    choisis: Iterable[str] = (),
    reseaux: Iterable[Reseau] = (),
    groupes: Iterable[Groupe] = (),
    personnes: Iterable[str] = (),
) -> list[Invite]:
    """Everyone behind the publics, réseaux, groups and persons ticked in the form, each once."""
    permis = dict(publics(perimetre, reunion))
    invites = [i for public in choisis if public in permis for i in _du_public(public, reunion)]
    invites += _chefs_de(reunion, MembreReseau.objects.filter(reseau__in=list(reseaux)))
    invites += _des_groupes(reunion, groupes)
    cles = set(personnes)
    if cles:
        invites += [i for i in personnes_a_reunir(perimetre, reunion) if i.cle in cles]
    return sans_doublon(invites)


def personnes_associees(reunion: Reunion) -> list[Invite]:
    """Who opened the meeting and who called it: they are part of it."""
    return sans_doublon(
        _du_compte(personne, qualite)
        for personne, qualite in (
            (reunion.initiateur, reunion.initiateur_qualite),
            (reunion.convoquee_par, reunion.convoquee_en_qualite),
        )
        if personne
    )


def sans_doublon(invites: Iterable[Invite]) -> list[Invite]:
    """One line per address, by name; the line of a PsyEN tells more than that of his account."""
    retenus: dict[str, Invite] = {}
    for invite in invites:
        connu = retenus.get(invite.courriel.lower())
        if invite.courriel and (connu is None or (invite.psyen_id and not connu.psyen_id)):
            retenus[invite.courriel.lower()] = invite
    return sorted(retenus.values(), key=lambda i: (i.nom, i.courriel))


def _du_public(public: str, reunion: Reunion) -> list[Invite]:
    annee = AnneeScolaire.objects.au(jour_de(reunion))
    if public == "psyens_cio" and reunion.cio_id:
        return _psyens(PsyEN.objects.all(), reunion, cio=reunion.cio_id)
    if public == "psyens_departement":
        return _psyens(PsyEN.objects.all(), reunion)
    if public == "chefs_cio":
        return _chefs_de(reunion, MembreReseau.objects.filter(reseau__cio=reunion.cio_id, annee=annee))
    if public == "chefs_departement":
        departement = {"reseau__cio__departement": reunion.departement_id}
        return _chefs_de(reunion, MembreReseau.objects.filter(annee=annee, **departement))
    if public == "dcio":
        return _des_habilitations(
            _en_poste(reunion).filter(role=Role.DCIO, cio__departement=reunion.departement_id)
        )
    return _des_habilitations(
        _en_poste(reunion).filter(role__in=ROLES_DE_DIRECTION, departement=reunion.departement_id)
    )


def _psyens(psyens: QuerySet[PsyEN], reunion: Reunion, cio: int | None = None) -> list[Invite]:
    """Those attached on the day of the meeting, in that CIO or anywhere in the département."""
    lieu = {"cio": cio} if cio else {"cio__departement": reunion.departement_id}
    rattachements = Rattachement.objects.au(jour_de(reunion)).filter(psyen__in=psyens.values("pk"), **lieu)
    lus = rattachements.select_related("psyen__utilisateur", "cio").order_by("pk")
    return [
        Invite(
            nom=nom_de_liste(r.psyen),
            qualite=f"PsyEN, {r.cio}",
            courriel=r.psyen.utilisateur.courriel if r.psyen.utilisateur else r.psyen.courriel,
            utilisateur_id=r.psyen.utilisateur_id,
            psyen_id=r.psyen_id,
        )
        for r in lus
    ]


def _chefs_de(reunion: Reunion, membres: QuerySet[MembreReseau]) -> list[Invite]:
    """The chefs in post in these schools; the address of the school where none has an account."""
    ecoles = {e.pk: e for e in Etablissement.objects.filter(pk__in=membres.values("etablissement"))}
    chefs = _en_poste(reunion).filter(role=Role.CHEF_ETABLISSEMENT, etablissement__in=ecoles)
    invites = _des_habilitations(chefs)
    pourvues = set(chefs.values_list("etablissement", flat=True))
    return invites + [
        Invite(f"{ecole}", "Chef d’établissement", ecole.courriel)
        for ecole in ecoles.values()
        if ecole.pk not in pourvues
    ]


def _des_groupes(reunion: Reunion, groupes: Iterable[Groupe]) -> list[Invite]:
    liste = list(groupes)
    if not liste:
        return []
    titulaires = Titulaires.des_departements([reunion.departement_id])
    return [
        _du_compte(personne, groupe.nom)
        for groupe in liste
        for personne in titulaires.resoudre((None, groupe.pk, ""), reunion.departement_id)
    ]


def _du_compte(personne: Utilisateur, qualite: str) -> Invite:
    return Invite(nom_de_liste(personne), qualite, personne.courriel, personne.pk)


def _en_poste(reunion: Reunion) -> QuerySet[Habilitation]:
    """Habilitations in force today of people who may still sign in."""
    en_vigueur = Habilitation.objects.en_vigueur().filter(utilisateur__is_active=True)
    return en_vigueur.select_related(
        "utilisateur", "departement", "cio", "etablissement", "academie"
    ).order_by("pk")


def _des_habilitations(habilitations: QuerySet[Habilitation]) -> list[Invite]:
    return [_du_compte(h.utilisateur, str(h)) for h in habilitations]
