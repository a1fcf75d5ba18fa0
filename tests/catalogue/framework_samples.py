"""A small pack with every kind of scale, its words, and a folder to put them in."""

# ruff: noqa: E501 (lines of the samples, which tests name by number)

PACK = """\
framework: town-check
edition: "2026"
level: city
publisher: Town network
url: https://network.example/check
licence: CC BY 4.0
valid_from: 2024-01-01
valid_to: 2030-12-31
languages: [en, fr]
aggregation: {method: arithmetic, levels: [dimension], least_answered: 0.65}
categories: {ranges: [{id: low, from: 0}, {id: high, from: 50}]}
scales:
  - {id: presence, kind: ordinal, options: [{id: absent, value: 0}, {id: partial, value: 0.5}, {id: complete, value: 1}]}
  - {id: asked, kind: yes_no, options: [{id: "yes", value: 1}, {id: "no", value: 0}]}
  - {id: offices, kind: count, goalposts: [0, 12]}
  - {id: reached, kind: stages, options: [{id: policy, value: 0.2}, {id: internal, value: 0.3}, {id: external, value: 0.5}]}
provenance: [L]
dimensions:
  - id: "1"
    topics:
      - id: health
        questions:
          - {id: "1.1", scale: presence, holder: shared, function: primary_health, links: [GCM15], provenance: [L], quick: true}
          - {id: "1.10", scale: asked, weight: 2, verified: false}
  - id: "2"
    weight: 0.5
    topics:
      - id: data
        questions:
          - {id: "2.1", scale: offices, function: statistics}
          - {id: "2.2", scale: reached}
replaces: {"A1": "1.10"}
"""
WORDS = """\
title: Town check
about: What a town does
dimensions: {"1": {title: Rights}, "2": {title: Knowledge}}
topics: {health: Health, data: Data}
questions:
  "1.1": Is care open to all?
  "1.10": Was anybody asked?
  "2.1": How many offices count?
  "2.2": How far has the plan come?
notes: {"2.1": Count doors.}
quick: {"1.1": It decides most.}
scales:
  presence: {absent: Absent, partial: Partly, complete: Fully}
  asked: {"yes": Yes, "no": No}
  reached: {policy: On paper, internal: Inside, external: Outside}
categories: {low: Low, high: High}
provenance: {L: Published}
"""
ASSESSMENT = """\
framework: town-check
framework_edition: "2026"
edition: "2025"
date: 2025-05-20
scan: full
raters:
  - {id: officer, kind: administration, role: {en: Office for Integration}}
  - {id: forum, kind: association, role: {en: Migrants' forum}}
answers:
  - {question: "2.2", rater: forum, value: [external, policy]}
  - question: "1.1"
    rater: officer
    value: complete
    stage: external
    confidence: high
    on_behalf_of: {en: Department of Health}
    evidence: [{title: "Ordinance 12", date: 2021-03-04, page: "3", url: "https://town.example/12"}]
    note: {en: Since 2019.}
  - {question: "1.1", rater: forum, value: partial}
  - {question: "1.10", rater: officer, value: no}
  - {question: "2.1", rater: officer, value: 3.50}
  - {question: "2.1", rater: forum, value: unknown}
agreed:
  - {question: "1.1", value: partial, reason: {en: Opening hours}, by: {en: Steering group}}
holders: {"2.1": national}
"""


def write_pack(folder, pack=PACK, **words):
    """Write a pack; `en` and `fr` take the sample's words unless others are given."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "framework.yaml").write_text(pack, encoding="utf-8")
    for code, text in ({"en": WORDS, "fr": WORDS} | words).items():
        (folder / f"{code}.yaml").write_text(text, encoding="utf-8")
    return folder
