package secure

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"go.k6.io/k6/v2/lib"
)

// settings are what a script says of one address. Certificates and keys are texts in PEM.
type settings struct {
	CA         string `js:"ca"`
	Cert       string `js:"cert"`
	Key        string `js:"key"`
	Password   string `js:"password"`
	Insecure   bool   `js:"insecure"`
	MinVersion string `js:"minVersion"`
	ServerName string `js:"serverName"`
}

// change is what settings change of a configuration.
type change struct {
	settings
	roots       *x509.CertPool
	certificate *tls.Certificate
	minVersion  uint16
}

func (s settings) read() (change, error) {
	c := change{settings: s}
	if s.MinVersion != "" {
		version, known := lib.SupportedTLSVersions[s.MinVersion]
		if !known {
			return c, fmt.Errorf("there is no version %q", s.MinVersion)
		}
		c.minVersion = uint16(version) //nolint:gosec
	}
	if s.CA != "" {
		roots, err := x509.SystemCertPool()
		if err != nil {
			roots = x509.NewCertPool()
		}
		if !roots.AppendCertsFromPEM([]byte(s.CA)) {
			return c, errors.New("the file `ca` has no certificate in PEM")
		}
		c.roots = roots
	}
	if s.Cert == "" {
		return c, nil
	}
	certificate, err := s.keyPair()
	if err != nil {
		return c, err
	}
	c.certificate = &certificate
	return c, nil
}

func (s settings) keyPair() (tls.Certificate, error) {
	key, err := s.openKey()
	if err != nil {
		return tls.Certificate{}, err
	}
	pair, err := tls.X509KeyPair([]byte(s.Cert), key)
	if err != nil {
		return pair, fmt.Errorf("`cert` and `key` do not make a pair: %w", err)
	}
	return pair, nil
}

// openKey opens a key that has a password. Go knows only the older of the two ways to close one, as k6 does.
func (s settings) openKey() ([]byte, error) {
	if s.Password == "" {
		return []byte(s.Key), nil
	}
	block, _ := pem.Decode([]byte(s.Key))
	if block == nil {
		return nil, errors.New("the file `key` has no key in PEM")
	}
	if block.Type == "ENCRYPTED PRIVATE KEY" {
		return nil, errors.New("`key` is a closed PKCS #8 key, which k6 cannot open: convert it with openssl rsa -aes256 -traditional")
	}
	opened, err := x509.DecryptPEMBlock(block, []byte(s.Password)) //nolint:staticcheck // There is no other way to read such keys.
	if err != nil {
		return nil, fmt.Errorf("`key` does not open with `password`: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: opened}), nil
}

func (c change) apply(base *tls.Config) *tls.Config {
	config := base.Clone()
	config.InsecureSkipVerify = c.Insecure //nolint:gosec // The plan says so.
	if c.roots != nil {
		config.RootCAs = c.roots
	}
	if c.certificate != nil {
		config.Certificates = []tls.Certificate{*c.certificate}
	}
	if c.minVersion != 0 {
		config.MinVersion = c.minVersion
	}
	if c.ServerName != "" {
		config.ServerName = c.ServerName
	}
	return config
}
