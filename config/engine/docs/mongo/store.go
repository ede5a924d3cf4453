// Package mongo is the document database of many machines: MongoDB 4.4 or newer, through the official driver.
// It writes with majority and reads with majority, and keeps to what package docs promises: no transactions, no server-side updates.
// It owns the field _v, the version, in every document, and lets no text of the server or the driver out: they quote values.
package mongo

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"qianshao/config/engine/docs"
)

const (
	defaultDatabase = "qianshao"
	// selectionTimeout bounds how long a call waits for a primary, as after a fail-over.
	selectionTimeout = 10 * time.Second
)

type store struct {
	client *driver.Client
	db     *driver.Database
}

// Open connects to the deployment and fails when it does not answer. The database is named by the path of the address, else it is "qianshao".
func Open(ctx context.Context, uri string) (docs.Store, error) {
	name, err := database(uri)
	if err != nil {
		return nil, err
	}
	opts := options.Client().ApplyURI(uri).
		SetWriteConcern(writeconcern.Majority()).
		SetReadPreference(readpref.Primary()).
		SetReadConcern(readconcern.Majority()).
		SetRetryWrites(true).
		SetRetryReads(true).
		SetServerSelectionTimeout(selectionTimeout)
	if opts.Validate() != nil {
		// The driver's text repeats the address, which holds the password.
		return nil, errors.New("mongo: the address is not a mongodb:// address")
	}
	client, err := driver.Connect(opts)
	if err != nil {
		return nil, errors.New("mongo: the address is not a mongodb:// address")
	}
	s := &store{client: client, db: client.Database(name)}
	if err := s.Ping(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// database takes the name out of an address, which may list several hosts and so is no URL that net/url reads.
func database(uri string) (string, error) {
	_, rest, ok := strings.Cut(uri, "://")
	if !ok {
		return "", errors.New("mongo: the address is not a mongodb:// address")
	}
	rest, _, _ = strings.Cut(rest, "?")
	_, path, _ := strings.Cut(rest, "/")
	name, err := url.PathUnescape(path)
	if err != nil {
		return "", errors.New("mongo: the database name in the address is malformed")
	}
	if name == "" {
		return defaultDatabase, nil
	}
	return name, nil
}

func (s *store) Name() string { return "mongo" }

// Ping asks the primary: where there is one, majority writes are taken.
func (s *store) Ping(ctx context.Context) error {
	return clean("ping", s.client.Ping(ctx, readpref.Primary()))
}

// Close waits for a short time for operations under way.
func (s *store) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), selectionTimeout)
	defer cancel()
	return clean("close", s.client.Disconnect(ctx))
}

// indexPrefix marks the indexes that are ours, so that one which an administrator added by hand is left alone.
const indexPrefix = "qs:"

// Open makes the declared indexes and drops those of ours that are no longer declared.
func (s *store) Open(ctx context.Context, name string, indexes []docs.Index) (docs.Table, error) {
	if err := docs.CheckOpen(name, indexes); err != nil {
		return nil, err
	}
	t := &table{coll: s.db.Collection(name), indexes: slices.Clone(indexes)}
	// A collection that is not there has no indexes; FerretDB and older servers call it an error to ask.
	if err := s.db.CreateCollection(ctx, name); err != nil && !hasCode(err, codeNamespaceExists) {
		return nil, clean("create collection", err)
	}
	present, err := t.present(ctx)
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	for _, ix := range t.indexes {
		wanted[indexPrefix+ix.Name()] = true
	}
	for _, name := range present {
		if strings.HasPrefix(name, indexPrefix) && !wanted[name] {
			if err := t.coll.Indexes().DropOne(ctx, name); err != nil {
				return nil, clean("drop an index", err)
			}
		}
	}
	for _, ix := range t.indexes {
		if slices.Contains(present, indexPrefix+ix.Name()) {
			continue
		}
		if _, err := t.coll.Indexes().CreateOne(ctx, model(&ix)); err != nil {
			return nil, fmt.Errorf("mongo: open %s: index %s: %w", name, ix.Name(), clean("create an index", err))
		}
	}
	return t, nil
}

// present lists the names of the indexes that the collection has.
func (t *table) present(ctx context.Context) ([]string, error) {
	specs, err := t.coll.Indexes().ListSpecifications(ctx)
	if err != nil {
		return nil, clean("list indexes", err)
	}
	names := make([]string, len(specs))
	for i, spec := range specs {
		names[i] = spec.Name
	}
	return names, nil
}

// model ends every index but a unique one with the id, so that ties are in order without sorting.
func model(ix *docs.Index) driver.IndexModel {
	keys := bson.D{}
	for _, f := range ix.Fields {
		keys = append(keys, bson.E{Key: f, Value: 1})
	}
	opts := options.Index().SetName(indexPrefix + ix.Name())
	if ix.Unique {
		opts.SetUnique(true)
	} else {
		keys = append(keys, bson.E{Key: idField, Value: 1})
	}
	return driver.IndexModel{Keys: keys, Options: opts}
}
