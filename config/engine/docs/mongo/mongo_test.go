package mongo_test

import (
	"testing"

	"qianshao/config/engine/docs"
	"qianshao/config/engine/docs/docstest"
	"qianshao/config/engine/docs/mongo"
	"qianshao/config/engine/enginetest"
)

// cannot lists what FerretDB 1.24.2 on SQLite cannot do. It says nothing about MongoDB, for which nothing is skipped.
var cannot = map[string]string{
	"ChangeKeepsAll": "it loses concurrent updates: two replaces of one version are both accepted",
	"ClaimOnce":      "it loses concurrent updates, so that a job is claimed several times",
	"ExistsOnChange": "a duplicate key made by a replace is answered as an internal error, not as code 11000",
}

func TestConformance(t *testing.T) {
	_, standIn := enginetest.Mongo(t)
	skip := map[string]string{}
	if standIn {
		for name, why := range cannot {
			skip[name] = "stand-in FerretDB 1.24.2 cannot: " + why
		}
	}
	databases := map[string]string{} // by test, because a test may come back to its own
	docstest.Run(t, func(t *testing.T) docs.Store {
		uri, ok := databases[t.Name()]
		if !ok {
			uri, _ = enginetest.Mongo(t)
			databases[t.Name()] = uri
		}
		s, err := mongo.Open(t.Context(), uri)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}, skip)
}
