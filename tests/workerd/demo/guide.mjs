// What to look at now that the demo is loaded.

import { LI_NA } from "./hero.mjs";

export function guide(url, { hero, ...counts }) {
    const channels = Object.entries(counts.perChannel).map(([channel, count]) => `${channel} ${count}`).join(", ");
    const own = counts.touchpoints - Object.values(counts.perChannel).reduce((sum, count) => sum + count);
    const look = (what, path) => `  # ${what}\n  curl -s -H "authorization: Bearer $TOKEN" "$TRIBUTARY/api/v1/${path}"`;
    const profile = `profiles/${hero.profile.id}`;
    return `
The demo company is loaded.

  profiles     ${counts.profiles}
  touchpoints  ${counts.touchpoints} (${channels}, and ${own} facts of the suite itself)
  messages     ${counts.sent} sent
  leads        ${counts.leads}

  export TRIBUTARY=${url}
  export TOKEN=…     # the admin or the read-only token that the suite printed

${[
        look(`${LI_NA.name}, known from five channels`, `profiles?identity=${LI_NA.foundBy}`),
        look("why all these identities are one person", `${profile}/identities`),
        look("every touchpoint", `${profile}/timeline`),
        look("what was sent to her, with every verdict", `messages?identity=${LI_NA.foundBy}`),
        look("the leads that wait for a first call", "leads?state=sales_ready"),
        look(`her lead: the score, why ${hero.lead.owner} has it, and the five answers`, `leads/${hero.lead.id}`),
        look("who got how far in the cart recovery", "journeys/cart-recovery"),
    ].join("\n")}
`;
}
