import { useEffect, useState } from 'react'

const saidMs = 2_000

/** Copies a text and says for two seconds whether it did. */
export function CopyButton({ text, label }: { readonly text: () => string; readonly label: string }) {
  const [outcome, setOutcome] = useState<'Copied' | 'Not copied' | null>(null)
  useEffect(() => {
    if (outcome === null) return undefined
    const timer = setTimeout(() => setOutcome(null), saidMs)
    return () => clearTimeout(timer)
  }, [outcome])
  return (
    <button
      type="button"
      className="copy"
      data-done={outcome !== null || undefined}
      aria-label={outcome ?? label}
      onClick={() => {
        void write(text()).then((done) => setOutcome(done ? 'Copied' : 'Not copied'))
      }}
    >
      {outcome ?? 'Copy'}
    </button>
  )
}

/** The clipboard is missing on pages that are not secure, and may refuse. */
async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
