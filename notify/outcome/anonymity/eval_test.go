//go:build eval

package anonymity

import (
	"os"
	"testing"
)

// TestEvalAnonymity prints how many planted traces the check finds. drafts-dev was looked at while the check was written; drafts-holdout was written before it,
// by the same hand; its first score was 91 of 92 found and 5 false alarms, and since then the one miss (小郭) was mended.
// Drafts e001 and on of the development set came later, with what strangers had slipped through; in that round three exact days of drafts of it, which was no
// trace before, were marked. holdout2 was written and stored before the check was widened, by the same hand again: 7 of 32 found before, 30 after, without a look
// at the misses. On drafts of strangers the check finds less than these numbers say.
// holdout3 and holdout4 were written and scored before the check was looked at or mended, one round each: 26 of 41 found and 2 false alarms, then 13 of 24 and none.
// In that round no village may be told any more, and drafts that name one have it marked as a trace; four of holdout3, which now has 45.
// With EVAL_NOTES set to one of the names, each miss and each false alarm of it is told.
func TestEvalAnonymity(t *testing.T) {
	c := checker(t)
	for _, name := range []string{"dev", "holdout", "holdout2", "holdout3", "holdout4"} {
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
