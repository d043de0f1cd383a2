//! A certificate for `localhost` that nobody trusts but whoever is told to: `SSL_CERT_FILE` names it to the server.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivatePkcs8KeyDer};

pub struct OwnCertificate {
    file: PathBuf,
    key_file: PathBuf,
    acceptor: TlsAcceptor,
    _directory: TempDir,
}

impl OwnCertificate {
    pub fn for_localhost() -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let directory = tempfile::tempdir().expect("a temporary directory");
        let file = directory.path().join("certificate.pem");
        let key_file = directory.path().join("key.pem");
        std::fs::write(&file, made.cert.pem()).expect("written");
        std::fs::write(&key_file, made.signing_key.serialize_pem()).expect("written");
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("protocol versions")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key.into())
            .expect("a key that fits");
        Self { file, key_file, acceptor: TlsAcceptor::from(Arc::new(config)), _directory: directory }
    }

    /// PEM.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// PEM, for servers of other makers.
    pub fn key_file(&self) -> &Path {
        &self.key_file
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.clone()
    }
}
