// Package outcometest publishes outcomes for the tests of pages that show them, without a case or anybody who writes. It owns nothing.
package outcometest

import (
	"testing"

	"qianshao/config/engine/docs"
	"qianshao/notify/outcome"
)

// Publish stores outcomes as if the worker had published them. One with Withdrawn is stored as taken down.
func Publish(t testing.TB, d docs.Store, all ...outcome.Published) {
	t.Helper()
	c, err := outcome.Open(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		o := outcome.Outcome{ID: p.ID, Case: "case of " + p.ID}
		o.Issue(p)
		if err := c.Insert(t.Context(), &o); err != nil {
			t.Fatal(err)
		}
	}
}
