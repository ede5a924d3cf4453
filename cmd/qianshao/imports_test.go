package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// rooms is the direction of the house: a tip walks from left to right, imports go from right to left only.
var rooms = []string{"config", "intake", "triage", "notify", "handlers", "cmd"}

// forbidden says, for a package and everything below it, what it must never import, directly or through others, and why.
var forbidden = map[string]map[string]string{
	"qianshao/config": {
		"github.com/gin-gonic/gin": "settings and engines know nothing of HTTP handlers",
	},
	"qianshao/frontend": {
		"qianshao/":                "pages hold only what is shown: a domain type in a template is a leak waiting to happen",
		"github.com/gin-gonic/gin": "pages are rendered, handlers write them",
	},
	"qianshao/intake": {
		"github.com/gin-gonic/gin":  "accepting a tip must not depend on how it came",
		"github.com/hibiken/asynq":  "a tip is accepted without the queue; the queue is told through Announcer",
		"github.com/redis/go-redis": "a tip is accepted without Redis",
		"qianshao/triage":           "intake does not know what becomes of a tip",
	},
	"qianshao/triage": {
		"github.com/gin-gonic/gin": "the worker knows nothing of HTTP",
		"qianshao/frontend":        "the worker knows nothing of pages",
	},
	"qianshao/triage/gazetteer": {
		"qianshao/config/engine": "a pure lookup over the profile's places",
	},
	"qianshao/notify/lint": {
		"qianshao/config/engine": "a pure reading of the words of an answer",
		"qianshao/intake":        "who tipped is nothing that a reading of words has to know",
	},
	"qianshao/notify": {
		"github.com/gin-gonic/gin": "answers are data; handlers show them",
	},
	"qianshao/notify/poster": {
		"qianshao/intake": "what hangs on a wall knows no tip",
		"qianshao/triage": "what hangs on a wall knows no case",
	},
}

// onlyIn names what may be imported directly by one subtree only.
var onlyIn = map[string]struct{ subtree, why string }{
	"go.mongodb.org/mongo-driver/v2/mongo": {"qianshao/config/engine", "nobody else knows which engine stands behind a port"},
	"github.com/minio/minio-go/v7":         {"qianshao/config/engine", "nobody else knows which engine stands behind a port"},
	"modernc.org/sqlite":                   {"qianshao/config/engine", "nobody else knows which engine stands behind a port"},
	"github.com/alicebob/miniredis/v2":     {"qianshao/config/engine", "nobody else knows which engine stands behind a port"},
	"github.com/gin-gonic/gin":             {"qianshao/handlers", "HTTP stays in handlers"},
	"qianshao/config/engine/enginetest":    {"", "the test engines are for tests"},
	"testing":                              {"qianshao/config/engine", "only the conformance suites and enginetest import it outside of test files"},
}

type pkg struct {
	ImportPath, Name, Doc string
	Imports, Deps         []string
}

func listPackages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Name,Doc,Imports,Deps", "qianshao/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func within(path, subtree string) bool {
	return path == subtree || strings.HasPrefix(path, strings.TrimSuffix(subtree, "/")+"/")
}

func room(path string) int {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "qianshao/"), "/")
	for i, r := range rooms {
		if r == first {
			return i
		}
	}
	return -1
}

func TestImportsGoOneWay(t *testing.T) {
	t.Parallel()
	all := listPackages(t)
	if len(all) < 15 {
		t.Fatalf("go list found only %d packages", len(all))
	}
	for _, p := range all {
		for _, imp := range p.Imports {
			if within(imp, "qianshao") && room(p.ImportPath) >= 0 && room(imp) > room(p.ImportPath) {
				t.Errorf("%s imports %s: against the direction %s", p.ImportPath, imp, strings.Join(rooms, " <- "))
			}
			if imp == "qianshao/frontend" && room(p.ImportPath) != room("qianshao/handlers") && room(p.ImportPath) != room("qianshao/cmd") {
				t.Errorf("%s imports %s: only handlers show pages", p.ImportPath, imp)
			}
			for what, rule := range onlyIn {
				if within(imp, what) && (rule.subtree == "" || !within(p.ImportPath, rule.subtree)) && !strings.HasSuffix(p.Name, "test") {
					t.Errorf("%s imports %s: %s", p.ImportPath, imp, rule.why)
				}
			}
		}
		for subtree, rules := range forbidden {
			if !within(p.ImportPath, subtree) {
				continue
			}
			for _, dep := range p.Deps {
				for what, why := range rules {
					if within(dep, what) && !strings.HasSuffix(p.Name, "test") {
						t.Errorf("%s depends on %s: %s", p.ImportPath, dep, why)
					}
				}
			}
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	t.Parallel()
	for _, p := range listPackages(t) {
		if p.Doc == "" {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}
