"""Which terms other vocabularies really have, so that no alignment leads to a term that somebody only remembers.

Where rdflib carries a closed list (PROV-O, ORG, FOAF, OWL-Time, schema.org, SKOS …), that list decides. Its list of WGS84
is bound to a namespace that nobody publishes under, so that WGS84 stands below with those that rdflib lacks.
"""

from __future__ import annotations

from rdflib import DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SDO, SH, SKOS, TIME, VANN, XSD
from rdflib.namespace import DefinedNamespace

CLOSED: dict[str, type[DefinedNamespace]] = {
    str(space): space for space in (DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SDO, SH, SKOS, TIME, VANN, XSD)
}

NIF = "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#"
ALIGNMENTS = "https://w3id.org/diplomatic-kg/alignments/"

_BY_HAND = {
    "http://semanticweb.cs.vu.nl/2009/11/sem/": (
        "Actor ActorType Authority Constraint Core Event EventType Object Place PlaceType Role RoleType Temporary Time"
        " TimeType Type View accordingTo actorType eventProperty eventType hasActor hasBeginTimeStamp"
        " hasEarliestBeginTimeStamp hasEarliestEndTimeStamp hasEndTimeStamp hasLatestBeginTimeStamp"
        " hasLatestEndTimeStamp hasPlace hasSubEvent hasSubType hasTime hasTimeStamp placeType roleType subEventOf"
        " subTypeOf timeType type"
    ),
    "http://www.w3.org/ns/oa#": (
        "Annotation Choice CssSelector CssStyle DataPositionSelector Direction FragmentSelector HttpRequestState"
        " Motivation RangeSelector ResourceSelection Selector SpecificResource State Style SvgSelector"
        " TextPositionSelector TextQuoteSelector TextualBody TimeState XPathSelector assessing classifying commenting"
        " describing end exact hasBody hasPurpose hasScope hasSelector hasSource hasState hasTarget identifying linking"
        " motivatedBy prefix refinedBy start suffix tagging"
    ),
    NIF: (
        "Annotation CString Context OffsetBasedString Paragraph Phrase Sentence String Structure Title Word anchorOf"
        " beginIndex broaderContext confidence endIndex isString nextSentence predLang previousSentence referenceContext"
        " sentence sentimentValue sourceUrl subString superString topic word"
    ),
    "http://groundedannotationframework.org/grasp#": "Attribution hasAttribution isAttributionFor wasAttributedTo",
    "http://groundedannotationframework.org/grasp/factuality#": (
        "certain future negative non-future positive possible probable underspecified"
    ),
    "http://groundedannotationframework.org/gaf#": "Mention denotedBy denotes",
    "http://purl.org/spar/cito/": (
        "agreesWith cites citesAsAuthority citesAsEvidence citesForInformation confirms corrects critiques describes"
        " disagreesWith discusses disputes documents givesSupportTo includesExcerptFrom includesQuotationFrom"
        " obtainsSupportFrom qualifies refutes repliesTo retracts reviews"
    ),
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "Point SpatialThing alt lat lat_long location long",
    "http://id.loc.gov/datatypes/edtf/": "EDTF",
    # Properties as entities. P642 (deprecated) and P3342 (no participation) are missing on purpose.
    "http://www.wikidata.org/entity/": (
        "P17 P39 P155 P156 P179 P248 P276 P361 P463 P527 P580 P582 P585 P625 P664 P710 P748 P813 P823 P854 P1114 P1132"
        " P1268 P1308 P1310 P1319 P1326 P1344 P1480 P1542 P1683 P1875 P1891 P2241 P3680 P3831 P4241 P5102 P13188"
    ),
    # Codes and columns that have no IRIs of their own: the alignments mint them.
    ALIGNMENTS + "cameo/": ("016 0353 036 038 039 040 041 042 043 044 045 046 106 107 108 125 126 127 134 135 164 165"),
    ALIGNMENTS + "plover/": (
        "AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST ACCUSE REJECT THREATEN PROTEST SANCTION MOBILIZE"
        " COERCE ASSAULT"
    ),
    ALIGNMENTS + "mend-column/": (
        "med_event_ID event-type date venue third-parties local-parties individuals shuttle sources"
    ),
}
BY_HAND: dict[str, frozenset[str]] = {space: frozenset(names.split()) for space, names in _BY_HAND.items()}


def namespace_of(iri: str) -> str:
    """The longest namespace known here that iri begins with; "" if there is none."""
    return max((space for space in (*CLOSED, *BY_HAND) if iri.startswith(space)), key=len, default="")


def is_known(iri: str) -> bool:
    """Whether iri is a term that its vocabulary really has."""
    space = namespace_of(iri)
    name = iri.removeprefix(space)
    if space in CLOSED:
        return bool(name) and name in CLOSED[space]
    return name in BY_HAND.get(space, ())
