import type { Random } from '../flow/random.ts'
import type { Series } from '../venue/listing.ts'
import { dayMs, hourMs, longDate, tickerDate } from './dates.ts'
import type { EventPlan, MarketPlan } from './event-plan.ts'

type Team = readonly [code: string, name: string]

type League = {
  readonly series: Series
  readonly sport: string
  readonly teams: readonly Team[]
  readonly draws: boolean
  readonly activity: number
}

const teamsOf = (list: string) =>
  list.split(', ').map((entry): Team => {
    const space = entry.indexOf(' ')
    return [entry.slice(0, space), entry.slice(space + 1)]
  })

const gameSeries = (ticker: string, title: string, tag: string): Series => ({
  ticker,
  title,
  category: 'Sports',
  frequency: 'custom',
  tags: [tag],
  // As at the venue, whoever makes the market in a game pays a fee as well.
  fees: { type: 'quadratic_with_maker_fees', multiplier: 1 },
})

const leagues: readonly League[] = [
  {
    series: gameSeries('KXNFLGAME', 'Professional Football Game', 'Football'),
    sport: 'professional football',
    teams: teamsOf(
      'KC Kansas City, BUF Buffalo, PHI Philadelphia, DAL Dallas, SF San Francisco, DET Detroit, GB Green Bay, BAL Baltimore, CIN Cincinnati, MIA Miami, SEA Seattle, LAR Los Angeles R, HOU Houston, TB Tampa Bay, MIN Minnesota, PIT Pittsburgh',
    ),
    draws: false,
    activity: 9,
  },
  {
    series: gameSeries('KXNBAGAME', 'Professional Basketball Game', 'Basketball'),
    sport: 'professional basketball',
    teams: teamsOf(
      'BOS Boston, NYK New York, LAL Los Angeles L, GSW Golden State, MIL Milwaukee, DEN Denver, OKC Oklahoma City, PHX Phoenix, MIA Miami, CLE Cleveland, MIN Minnesota, DAL Dallas, ORL Orlando, SAS San Antonio',
    ),
    draws: false,
    activity: 6,
  },
  {
    series: gameSeries('KXNHLGAME', 'Professional Hockey Game', 'Hockey'),
    sport: 'professional hockey',
    teams: teamsOf(
      'TOR Toronto, MTL Montreal, BOS Boston, NYR New York R, EDM Edmonton, COL Colorado, VGK Vegas, FLA Florida, CAR Carolina, DAL Dallas, WPG Winnipeg, TBL Tampa Bay',
    ),
    draws: false,
    activity: 2.5,
  },
  {
    series: gameSeries('KXEPLGAME', 'English Football Match', 'Soccer'),
    sport: 'English football',
    teams: teamsOf(
      'ARS Arsenal, LIV Liverpool, MCI Manchester City, CHE Chelsea, TOT Tottenham, NEW Newcastle, AVL Aston Villa, BHA Brighton, EVE Everton, WHU West Ham, FUL Fulham, BRE Brentford',
    ),
    draws: true,
    activity: 3,
  },
  {
    series: gameSeries('KXNCAAFGAME', 'College Football Game', 'Football'),
    sport: 'college football',
    teams: teamsOf(
      'ND Notre Dame, MICH Michigan, OSU Ohio St., UGA Georgia, TEX Texas, ALA Alabama, ORE Oregon, PSU Penn St., LSU LSU, CLEM Clemson, TENN Tennessee, USC USC',
    ),
    draws: false,
    activity: 4,
  },
]

/** A game between two teams, some of them with a draw to bet on. */
export function planGame(random: Random, nowMs: number): EventPlan {
  const league = random.pick(leagues)
  const [away, home] = random.pickTwo(league.teams)
  const startMs = Math.floor(nowMs / hourMs) * hourMs + random.integer(1, 60) * hourMs
  const match = `${away[1]} ${league.draws ? 'vs' : 'at'} ${home[1]}`
  const rule = (outcome: string) =>
    `If ${outcome} the ${match} ${league.sport} game scheduled for ${longDate(startMs)}, then the market resolves to Yes.`
  const wins = ([code, name]: Team): MarketPlan => ({
    suffix: code,
    title: `${match} Winner?`,
    yesSubTitle: name,
    rules: rule(`${name} wins`),
    strike: { type: 'structured' },
  })
  const draw: MarketPlan = {
    suffix: 'TIE',
    title: `${match} Winner?`,
    yesSubTitle: 'Tie',
    rules: rule('neither side wins'),
    strike: { type: 'structured' },
  }
  const strength = random.normal() * 0.7
  return {
    series: league.series,
    tickerSuffix: tickerDate(startMs) + away[0] + home[0],
    title: match,
    subTitle: `${away[0]} ${league.draws ? 'vs' : 'at'} ${home[0]} (${longDate(startMs)})`,
    closeMs: startMs + 2 * dayMs,
    settlementTimerS: 60,
    structure: 'linear_cent',
    markets: league.draws ? [wins(away), wins(home), draw] : [wins(away), wins(home)],
    value: {
      kind: 'exclusive',
      weights: league.draws ? [strength, 0, -0.3] : [strength, 0],
      volatility: 0.012,
    },
    activity: league.activity * random.exponential(1),
    edgeTicks: 0,
  }
}
