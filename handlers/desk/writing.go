package desk

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/triage/cases"
)

// writingFor is how long somebody counts as writing after the last sign of it.
const writingFor = 10 * time.Minute

// Who is writing in a case stands in Redis, under writing:CASE: staff id -> unix time. It is a courtesy that warns others; what keeps two people from
// overwriting each other is the version of the case. So it may be forgotten at any moment, and nothing waits for it.

func writingKey(id string) string { return "writing:" + id }

// patience is how long a page waits to know who is writing.
const patience = 300 * time.Millisecond

// writing is POST /desk/cases/:id/writing: a script says that somebody began to type, and that they go on.
func (p *Pages) writing(c *gin.Context) error {
	if _, err := p.Cases.Glimpse(c.Request.Context(), staff(c).Actor(), c.Param("id")); err != nil {
		return err
	}
	p.writes(c, c.Param("id"))
	c.Status(204)
	return nil
}

// writes notes that who asks is writing in a case.
func (p *Pages) writes(c *gin.Context, id string) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), patience)
	defer cancel()
	r := p.Engines.Queue.Redis()
	if err := r.HSet(ctx, writingKey(id), staff(c).ID, p.Now().Unix()).Err(); err != nil {
		slog.DebugContext(ctx, "who is writing was not noted", "error", err)
		return
	}
	r.Expire(ctx, writingKey(id), writingFor)
}

// wrote notes that who asks has done writing.
func (p *Pages) wrote(c *gin.Context, id string) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), patience)
	defer cancel()
	p.Engines.Queue.Redis().HDel(ctx, writingKey(id), staff(c).ID)
}

// othersWriting says who else is writing in a case; "" for nobody.
func (p *Pages) othersWriting(c *gin.Context, k *cases.Case) string {
	ctx, cancel := context.WithTimeout(c.Request.Context(), patience)
	defer cancel()
	all, err := p.Engines.Queue.Redis().HGetAll(ctx, writingKey(k.ID)).Result()
	if err != nil || len(all) == 0 {
		return ""
	}
	people, err := p.Accounts.List(ctx)
	if err != nil {
		return ""
	}
	var names []string
	for _, m := range people {
		at, err := strconv.ParseInt(all[m.ID], 10, 64)
		if err == nil && m.ID != staff(c).ID && p.Now().Sub(time.Unix(at, 0)) < writingFor {
			names = append(names, p.who(m.Unit, m.Name))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return p.Words.T("now.writing", strings.Join(names, "、"))
}
