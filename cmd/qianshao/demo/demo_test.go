package demo

import (
	"bytes"
	"image/jpeg"
	"testing"
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
