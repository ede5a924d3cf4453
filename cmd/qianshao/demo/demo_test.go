package demo

import (
	"bytes"
	"image/jpeg"
	"testing"

	"qianshao/config/county"
)

func TestTipsAndTheirPictures(t *testing.T) {
	t.Parallel()
	tips, err := Tips()
	if err != nil {
		t.Fatal(err)
	}
	if len(tips) != 40 {
		t.Errorf("%d tips, want forty", len(tips))
	}
	for _, tip := range tips {
		for _, scene := range tip.Photos {
			if _, ok := scenes[scene]; !ok {
				t.Errorf("tip %q: no scene %q", tip.Where, scene)
			}
		}
	}
	for scene := range scenes {
		raw, err := Picture(scene, 1)
		if err != nil {
			t.Fatal(err)
		}
		if cfg, err := jpeg.DecodeConfig(bytes.NewReader(raw)); err != nil || cfg.Width != 1280 {
			t.Errorf("%s: %v %v", scene, cfg, err)
		}
	}
}

// TestTheNumbersAgree: whoever adds up the months must not find more matters than there were tips.
func TestTheNumbersAgree(t *testing.T) {
	t.Parallel()
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	matters := 0
	for _, month := range Months(p) {
		for _, n := range month {
			matters += n
		}
	}
	if i := Impact(); i.Tips < matters || i.Tips > 2*matters || i.Concluded > i.Tips || i.True > i.Concluded || i.Removed > i.True {
		t.Errorf("%+v of %d matters", i, matters)
	}
}
