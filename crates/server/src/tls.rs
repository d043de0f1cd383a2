//! The server's certificate and key, read once at start. TLS 1.2 and 1.3 with the cryptographic library that everything
//! else uses; there is no client authentication.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::config::TlsFiles;

#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("the certificate {path} (PERENNIAL_TLS_CERT) is not a readable PEM file with certificates: {reason}")]
    Certificate { path: PathBuf, reason: String },
    #[error("the key {path} (PERENNIAL_TLS_KEY) is not a readable PEM file with a private key: {reason}")]
    Key { path: PathBuf, reason: String },
    #[error("certificate and key cannot be used together: {0}")]
    Unusable(rustls::Error),
}

pub fn server_config(files: &TlsFiles) -> Result<ServerConfig, TlsError> {
    let certificates = certificates(&files.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| TlsError::Key { path: files.key.clone(), reason: error.to_string() })?;
    ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(certificates, key))
        .map_err(TlsError::Unusable)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let failed = |reason: String| TlsError::Certificate { path: path.to_owned(), reason };
    let chain: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(path).map_err(|error| failed(error.to_string()))?.collect();
    let chain = chain.map_err(|error| failed(error.to_string()))?;
    if chain.is_empty() { Err(failed("it holds none".to_owned())) } else { Ok(chain) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_what_it_should_be_is_named_with_its_setting() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("empty.pem");
        std::fs::write(&file, "").unwrap();
        let files = TlsFiles { certificate: file.clone(), key: file };
        let error = server_config(&files).unwrap_err().to_string();
        assert!(error.contains("PERENNIAL_TLS_CERT") && error.contains("empty.pem"), "{error}");
        let nowhere = TlsFiles { certificate: "/nowhere/c.pem".into(), key: "/nowhere/k.pem".into() };
        assert!(server_config(&nowhere).unwrap_err().to_string().contains("/nowhere/c.pem"));
    }
}
