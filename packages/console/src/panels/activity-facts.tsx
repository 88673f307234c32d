import { isFactList, type ActivityFacts, type Fact } from '../state/metadata.ts'

/** Small labelled chips. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  if (facts.length === 0) return null
  return (
    <ul className="fact-chips">
      {facts.map((fact) => (
        <li key={fact.label} data-tone={fact.tone} title={fact.title}>
          <span className="fact-label">{fact.label}</span> {fact.value}
        </li>
      ))}
    </ul>
  )
}

/** The rest of what is known, behind a disclosure. */
export function MoreFacts({ more }: { readonly more: ActivityFacts['more'] }) {
  if (more.length === 0) return null
  return (
    <details className="more-facts">
      <summary>{more.length} more</summary>
      <dl>
        {more.map((fact) => (
          <div key={fact.label}>
            <dt>{fact.label}</dt>
            <dd>{isFactList(fact) ? <Facts facts={fact.facts} /> : (fact.title ?? fact.value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
