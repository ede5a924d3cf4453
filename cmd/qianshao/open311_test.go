package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"qianshao/notify/outcome"
	"qianshao/notify/outcome/outcometest"
)

// TestOpen311WithAClientOfOthers lets the client of Code for America (npm open311, which knows nothing of us) find, read and hand in.
func TestOpen311WithAClientOfOthers(t *testing.T) {
	t.Parallel()
	cache := os.Getenv("QIANSHAO_CACHE")
	if cache == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			t.Fatal(err)
		}
		cache = filepath.Join(home, ".cache", "qianshao")
	}
	modules := filepath.Join(cache, "open311", "node_modules")
	if _, err := os.Stat(filepath.Join(modules, "open311")); err != nil {
		t.Fatal("no Open311 client: install it with: make servers")
	}
	env := settings(t)
	p := start(t, "run", env)
	printed := command(t, env, "gateway", "add", "12345-lvliang", "--name=吕梁市12345")
	key := regexp.MustCompile(`12345-lvliang\.[A-Z0-9]{26}`).FindString(printed)
	if key == "" || !strings.Contains(printed, "/open311/discovery.json") {
		t.Fatalf("gateway add printed %q", printed)
	}
	if list := command(t, env, "gateway", "list"); !strings.Contains(list, "12345-lvliang") || strings.Contains(list, key) {
		t.Errorf("gateway list printed %q", list)
	}
	a := beside(t, env, 0)
	outcometest.Publish(t, a.engines.Docs, outcome.Published{ID: "k7m3q9", Day: a.profile.Day(time.Now()).AddDate(0, 0, -3), Month: "2026-10", Town: "141128103", Categories: []string{"c7"}, Title: "黑作坊拆了", Text: "拆了。"})

	drive := exec.CommandContext(t.Context(), "node", "../../.ci/open311/drive.js", p.base+"/open311/discovery.json", key)
	drive.Env = append(os.Environ(), "OPEN311_MODULES="+modules, "NO_PROXY=*")
	var out, errs bytes.Buffer
	drive.Stdout, drive.Stderr = &out, &errs
	if err := drive.Run(); err != nil {
		t.Fatalf("the client gives up: %v\n%s", err, errs.String())
	}
	var got struct {
		Services, Requests, Request, Several, Submitted, Token []map[string]any
		Definition                                             struct{ Attributes []map[string]any }
		Refused                                                string
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	if len(got.Services) < 8 || len(got.Definition.Attributes) == 0 {
		t.Errorf("%d services, %d attributes", len(got.Services), len(got.Definition.Attributes))
	}
	for name, list := range map[string][]map[string]any{"list": got.Requests, "one": got.Request, "several": got.Several} {
		if len(list) != 1 || list[0]["service_request_id"] != "k7m3q9" || list[0]["status"] != "closed" {
			t.Errorf("%s: %v", name, list)
		}
	}
	if len(got.Submitted) != 1 || got.Submitted[0]["token"] == "" || len(got.Token) != 1 || got.Token[0]["service_request_id"] == nil {
		t.Errorf("submitted %v, token %v", got.Submitted, got.Token)
	}
	if !strings.Contains(got.Refused, "404") {
		t.Errorf("a service that does not exist: %s", got.Refused)
	}
	command(t, env, "gateway", "disable", "12345-lvliang")
	if list := command(t, env, "gateway", "list"); !strings.Contains(list, "disabled") {
		t.Errorf("gateway list printed %q", list)
	}
}
