import { useId, type ReactNode } from 'react'

/** A titled region of the page; `aside` stands right of the title. */
export function Panel(props: {
  readonly name: string
  readonly title: string
  readonly aside?: ReactNode
  readonly children: ReactNode
}) {
  const titleId = useId()
  return (
    <section className={`panel panel-${props.name}`} aria-labelledby={titleId}>
      <header className="panel-head">
        <h2 id={titleId}>{props.title}</h2>
        <div className="panel-aside">{props.aside}</div>
      </header>
      {props.children}
    </section>
  )
}

/** What stands in place of a list without entries: always the reason. */
export function Empty({ children }: { readonly children: ReactNode }) {
  return <p className="empty">{children}</p>
}

/** A scrolling area that the keyboard reaches. */
export function ScrollArea({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // Without a tab stop the area could only be scrolled with a pointer.
    <div className="scroll" tabIndex={0} role="group" aria-label={label}>
      {children}
    </div>
  )
}
