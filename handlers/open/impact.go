package open

import (
	"fmt"
	"strconv"

	"github.com/gin-gonic/gin"

	"qianshao/config/county"
	"qianshao/frontend"
	"qianshao/notify/numbers"
)

// impact is GET /impact.
func (p *Pages) impact(c *gin.Context) error {
	all, err := p.Numbers.Months(c.Request.Context())
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	page := frontend.Impact{Shell: p.shell(c, "open.impact"), Next: p.day(p.Numbers.Next())}
	if len(all) > 0 {
		p.came(&page, all[0].Impact)
	}
	return p.Page(c, page)
}

// came fills in what came of the tips.
func (p *Pages) came(page *frontend.Impact, i numbers.Impact) {
	page.Period = p.Words.T("open.period", Month(p.Words, i.From), Month(p.Words, i.To))
	if page.Sentence = p.Words.T("open.share_few"); i.Enough {
		page.Share = strconv.Itoa(i.Share)
		page.Sentence = p.Words.T("open.share_text", i.Share)
		if i.Days > 0 {
			page.Answer = p.Words.T("open.days", i.Days)
		}
	}
	for _, stage := range []struct {
		key string
		n   int
	}{{"open.tips", i.Tips}, {"open.concluded", i.Concluded}, {"open.true", i.True}, {"open.removed", i.Removed}} {
		page.Funnel = append(page.Funnel, p.stage(stage.key, stage.n, i.Tips))
	}
	if page.Content = p.Words.T("open.content_few"); i.Rated {
		page.Content = p.Words.T("open.content", i.Content)
	}
	switch {
	case p.Profile.Rewards.Draft:
		page.Reward = p.Profile.Rewards.PublicText
	case i.Payments == 0:
		page.Reward = p.Words.T("open.paid_few")
	default:
		page.Funnel = append(page.Funnel, p.stage("open.paid", i.Payments, i.Tips))
		page.Reward = p.Words.T("open.paid_sum", i.Payments, county.Yuan(i.Fen))
	}
}

// stage is one line of what came of the tips, drawn to their number.
func (p *Pages) stage(key string, n, tips int) frontend.PublicBar {
	name, text := p.Words.T(key), p.Words.T("open.few_tips")
	b := frontend.PublicBar{Name: name, Hidden: n == 0}
	if n > 0 {
		text, b.Wide = p.Words.T("open.over", n), min(n*100/max(tips, 1), 100)
	}
	b.Text, b.Alt = text, p.Words.T("open.alt", name, text)
	return b
}
