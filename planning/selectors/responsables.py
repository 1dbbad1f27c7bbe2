"""Who answers today for an action or a milestone: roles and groups resolved into persons."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from django.db.models import F
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone

from comptes.models import Utilisateur
from planning.models import Action, Jalon, Responsabilite
from reseaux.models import Habilitation, MembreGroupe
from reseaux.perimetre import ROLES_CIO

#: What places a habilitation in a département: one of the three, never two.
PORTEURS = ("departement", "cio__departement", "etablissement__departement")
#: (person, role, CIO or None): a person may hold a role in two CIO.
type_titulaire = tuple[Utilisateur, int | None]


@dataclass(frozen=True)
class Titulaires:
    """Everyone in post in some départements on one day, read in four queries whatever their number."""

    jour: dt.date
    #: (département, role) → persons, with the CIO where they hold it.
    par_role: dict[tuple[int, str], list[type_titulaire]] = field(default_factory=lambda: defaultdict(list))
    #: (département, person) → persons in post.
    en_poste: dict[tuple[int, int], Utilisateur] = field(default_factory=dict)
    #: group → (person, role) of its members.
    groupes: dict[int, list[tuple[int | None, str]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def des_departements(
        cls, departements: Iterable[int], jour: dt.date | None = None, personne: int | None = None
    ) -> Self:
        """Habilitations in force and members of the groups of these départements on that day; those of one
        `personne` only, to ask whether he or she answers for something.
        """
        jour, ids = jour or timezone.localdate(), list(departements)
        titulaires = cls(jour)
        habilitations = Habilitation.objects.en_vigueur(jour).filter(utilisateur__is_active=True)
        if personne is None:
            situees = _situees(habilitations, ids)
        else:
            situees = _avec_departement(habilitations.filter(utilisateur=personne), Coalesce(*PORTEURS))
        for habilitation, departement in situees:
            titulaires.en_poste[departement, habilitation.utilisateur_id] = habilitation.utilisateur
            titulaires.par_role[departement, habilitation.role].append(
                (habilitation.utilisateur, habilitation.cio_id)
            )
        membres = MembreGroupe.objects.en_vigueur(jour).filter(groupe__departement__in=ids).order_by("pk")
        for groupe, membre, role in membres.values_list("groupe", "utilisateur", "role"):
            titulaires.groupes[groupe].append((membre, role))
        return titulaires

    def personnes(
        self, responsable: Responsabilite, departement: int, cio: int | None = None
    ) -> list[Utilisateur]:
        """The persons in post behind one owner, by name; none when nobody holds it any more.

        With a CIO, a role exercised in a CIO is that of this one.
        """
        return self.resoudre(responsable.cle_responsable, departement, cio)

    def resoudre(
        self, cle: tuple[int | None, int | None, str], departement: int, cio: int | None = None
    ) -> list[Utilisateur]:
        """The same from the raw (person, group, role)."""
        personne, groupe, role = cle
        membres = self.groupes.get(groupe, []) if groupe else [(personne, role)]
        trouvees: dict[int, Utilisateur] = {}
        for membre, role_du_membre in membres:
            for utilisateur in self._de(membre, role_du_membre, departement, cio):
                trouvees[utilisateur.pk] = utilisateur
        return sorted(trouvees.values(), key=lambda u: (u.nom, u.prenom, u.pk))

    def _de(
        self, personne: int | None, role: str, departement: int, cio: int | None
    ) -> Iterable[Utilisateur]:
        if personne is not None:
            trouvee = self.en_poste.get((departement, personne))
            return [trouvee] if trouvee else []
        titulaires = self.par_role.get((departement, role), [])
        if cio is not None and role in ROLES_CIO:
            return [utilisateur for utilisateur, son_cio in titulaires if son_cio == cio]
        return [utilisateur for utilisateur, _ in titulaires]

    def de_l_action(self, action: Action) -> list[Utilisateur]:
        """Everyone behind the owners of an action (prefetch `responsables`, `plan`)."""
        return _sans_doublon(
            personne
            for responsable in sorted(action.responsables.all(), key=lambda r: r.rang)
            for personne in self.personnes(responsable, action.plan.departement_id)
        )

    def du_jalon(self, jalon: Jalon) -> list[Utilisateur]:
        """Whoever answers for a milestone: its own owner, otherwise those of its action."""
        departement = jalon.action.plan.departement_id
        if jalon.a_un_responsable:
            return self.personnes(jalon, departement, jalon.cio_id)
        return _sans_doublon(
            personne
            for responsable in sorted(jalon.action.responsables.all(), key=lambda r: r.rang)
            for personne in self.personnes(responsable, departement, jalon.cio_id)
        )

    def est_caduc(self, responsable: Responsabilite, departement: int) -> bool:
        """The owner names someone, a role or a group that nobody in post stands behind: to be replaced."""
        return not self.personnes(responsable, departement)


def _situees(habilitations, departements: list[int]) -> Iterable[tuple[Habilitation, int]]:
    """Each habilitation with its département, wherever its territory says it: a query for each, that an
    index serves.
    """
    for porteur in PORTEURS:
        yield from _avec_departement(habilitations.filter(**{f"{porteur}__in": departements}), F(porteur))


def _avec_departement(habilitations, lieu: Combinable) -> Iterable[tuple[Habilitation, int]]:
    """Read without the CIO nor the school: only their département matters."""
    situees = habilitations.annotate(situee_en=lieu)
    lues = situees.select_related("utilisateur").only("role", "cio", "utilisateur").order_by("pk")
    return ((habilitation, habilitation.situee_en) for habilitation in lues)


def _sans_doublon(personnes: Iterable[Utilisateur]) -> list[Utilisateur]:
    return list({personne.pk: personne for personne in personnes}.values())
