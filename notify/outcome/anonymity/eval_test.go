//go:build eval

package anonymity

import (
	"os"
	"testing"
)

// TestEvalAnonymity prints how many planted traces the check finds. drafts-dev was looked at while the check was written; drafts-holdout was written before it,
// by the same hand; its first score was 91 of 92 found and 5 false alarms, and since then the one miss (小郭) was mended.
// With EVAL_NOTES set to one of the two names, each miss and each false alarm of it is told.
func TestEvalAnonymity(t *testing.T) {
	c := checker(t)
	for _, name := range []string{"dev", "holdout"} {
		all := drafts(t, name)
		s := rate(c, all)
		t.Logf("anonymity check on %d drafts (%s)\n%s", len(all), name, s)
		if os.Getenv("EVAL_NOTES") == name {
			for _, n := range s.notes {
				t.Log(n)
			}
		}
	}
}
