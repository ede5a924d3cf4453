package desk

import (
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"qianshao/config/county"
	"qianshao/frontend"
	"qianshao/triage/cases"
)

// urgent is GET /desk/urgent: how many emergencies wait for somebody to sign, of those that the asker may see. Pages ask it every few seconds.
func (p *Pages) urgent(c *gin.Context) error {
	a, err := p.alarm(c)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"count": a.Count, "text": a.Text})
	return nil
}

// alarm counts emergencies that nobody has signed: cases, and for the duty desk also tips that came this moment and have none yet.
func (p *Pages) alarm(c *gin.Context) (frontend.Alarm, error) {
	m := staff(c)
	a := frontend.Alarm{Href: queueHref(cases.Urgent)}
	n, err := p.Cases.Count(c.Request.Context(), m.Actor(), cases.Urgent)
	if err != nil {
		return a, fmt.Errorf("desk: count emergencies: %w", err)
	}
	a.Count = n
	if m.Role == cases.Duty {
		coming, err := p.Triage.Alarms(c.Request.Context(), county.DutyDesk)
		if err != nil {
			return a, fmt.Errorf("desk: count coming emergencies: %w", err)
		}
		a.Count += coming
	}
	if a.Count > 0 {
		a.Text = p.Words.T("alarm", a.Count)
	}
	return a, nil
}
