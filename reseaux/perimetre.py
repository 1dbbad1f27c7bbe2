"""Who acts, under which habilitation, on which territory: computed once per request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptes.enums import Role

if TYPE_CHECKING:
    from comptes.models import Utilisateur
    from reseaux.models import Habilitation

#: Where the session keeps the habilitation chosen in the header.
CLE_SESSION = "habilitation_portee"
#: Roles that read a whole département.
ROLES_DEPARTEMENT = frozenset({Role.DASEN, Role.SG, Role.IEN_IO, Role.ADJOINT_IEN_IO})
#: Roles that work inside one CIO.
ROLES_CIO = frozenset({Role.DCIO, Role.SECRETAIRE_CIO})


@dataclass(frozen=True)
class Perimetre:
    """A person wearing one habilitation; `systeme()` stands for the application's own commands.

    The territory ids are implied from the narrowest: a DCIO has a CIO, its département and its académie.
    """

    utilisateur: Utilisateur | None = None
    habilitation: Habilitation | None = None
    role: str = ""
    academie_id: int | None = None
    departement_id: int | None = None
    cio_id: int | None = None
    etablissement_id: int | None = None
    est_systeme: bool = False

    @classmethod
    def de(cls, habilitation: Habilitation) -> Perimetre:
        """The perimeter of one habilitation read by `HabilitationQuerySet.pour_perimetre`."""
        cio, etablissement = habilitation.cio, habilitation.etablissement
        departement = habilitation.departement
        if cio is not None:
            departement = cio.departement
        elif etablissement is not None:
            departement = etablissement.departement
        return cls(
            utilisateur=habilitation.utilisateur,
            habilitation=habilitation,
            role=habilitation.role,
            academie_id=departement.academie_id if departement else habilitation.academie_id,
            departement_id=departement.pk if departement else None,
            cio_id=habilitation.cio_id,
            etablissement_id=habilitation.etablissement_id,
        )

    @classmethod
    def systeme(cls) -> Perimetre:
        """The application itself (commands, demo): sees everything, signs « système » in the journal."""
        return cls(est_systeme=True)

    @property
    def utilisateur_id(self) -> int | None:
        return self.utilisateur.pk if self.utilisateur else None

    @property
    def habilitation_id(self) -> int | None:
        return self.habilitation.pk if self.habilitation else None

    @property
    def libelle(self) -> str:
        """« DCIO, CIO de Blois »: the hat, as printed in the header and in the journal."""
        return str(self.habilitation) if self.habilitation else "système"

    def est(self, *roles: str) -> bool:
        """True when one of these roles is the one worn."""
        return self.role in roles

    def du_departement(self, chemin: str) -> dict[str, int | None]:
        """The filter of what belongs to one's own département, or to those of the académie (ADMIN); `chemin`
        leads from the filtered model to its département.
        """
        if self.est_systeme:
            return {}
        if self.departement_id is not None:
            return {chemin: self.departement_id}
        return {f"{chemin}__academie": self.academie_id}

    def departements_lus(self) -> list[int]:
        """Ids of one's own département, or of all those of the académie (ADMIN)."""
        if self.departement_id is not None:
            return [self.departement_id]
        if self.habilitation is None or self.habilitation.academie is None:
            return []
        return list(self.habilitation.academie.departements.values_list("pk", flat=True))

    @property
    def lit_le_departement(self) -> bool:
        return self.role in ROLES_DEPARTEMENT

    @property
    def travaille_au_cio(self) -> bool:
        return self.role in ROLES_CIO
