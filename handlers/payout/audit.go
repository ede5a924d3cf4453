package payout

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/handlers/desk"
	"qianshao/notify/reward"
)

// audit is GET /desk/payout/audit.
func (p *Pages) audit(c *gin.Context) error {
	all, err := p.Rewards.Audit(c.Request.Context(), desk.Staff(c).ID)
	if err != nil {
		return err
	}
	shell, err := p.frame(c, p.Words.T("payout.audit"), "")
	if err != nil {
		return err
	}
	page := frontend.PayAudit{Shell: shell, Parted: all.Parted, Rules: p.Profile.Rewards.Version}
	for _, y := range all.Years {
		row := frontend.PayYear{Year: strconv.Itoa(y.Year), Budget: p.Words.T("payout.no_budget"), Paid: reward.Yuan(y.Taken), Promised: reward.Yuan(y.Promised)}
		if y.Known {
			row.Budget, row.Left = reward.Yuan(y.Fen), reward.Yuan(y.Left())
		}
		page.Years = append(page.Years, row)
	}
	var total int64
	for _, s := range all.Sums {
		total += s.Fen
		page.Sums = append(page.Sums, frontend.PaySum{State: p.state(s.State), Count: strconv.Itoa(s.Count), Amount: reward.Yuan(s.Fen)})
	}
	page.Total = reward.Yuan(total)
	for _, r := range all.Rows {
		page.Rows = append(page.Rows, frontend.PayRow{Number: r.Number, Amount: reward.Yuan(r.Fen), State: p.state(r.State), Approved: p.on(r.Approved), Paid: p.on(r.Paid),
			By: strings.Trim(strings.Join([]string{r.ApprovedBy, r.VerifiedBy, r.PaidBy}, "、"), "、")})
	}
	return p.Show(c, http.StatusOK, page)
}

func (p *Pages) on(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return p.Desk.Date(t)
}

// auditBook is GET /desk/payout/audit.xlsx.
func (p *Pages) auditBook(c *gin.Context) error {
	all, err := p.Rewards.Audit(c.Request.Context(), desk.Staff(c).ID)
	if err != nil {
		return err
	}
	file, err := all.Excel(p.Profile.Zone, reward.Names{State: p.state, Way: p.way})
	if err != nil {
		return fmt.Errorf("payout: audit: %w", err)
	}
	c.Header("Content-Disposition", `attachment; filename="rewards-`+p.Profile.Day(p.Desk.Now()).Format(time.DateOnly)+`.xlsx"`)
	c.Data(http.StatusOK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", file)
	return nil
}
