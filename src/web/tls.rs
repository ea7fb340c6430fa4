//! The appliance's own certificates: a root that people install once, and a leaf made at every
//! start.
//!
//! Must not know what is served. Invariants: TLS 1.3 only, and a private key is never readable by
//! group or others.

use std::{
    fmt, fs,
    io::{self, Write},
    net::IpAddr,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject},
    version::TLS13,
};
use sha2::{Digest, Sha256};

use crate::domain::hex::hex;

const DAY: Duration = Duration::from_hours(24);
/// Two leap days and ten years.
const ROOT_LIFE: Duration = Duration::from_hours(24 * 3_652);
const LEAF_LIFE: Duration = Duration::from_hours(24 * 30);
/// Clocks of tablets run behind.
const BACKDATED: Duration = DAY;
const ROOT_FILE: &str = "ca.pem";
const KEY_FILE: &str = "ca.key";

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot use {path}: {source}")]
    File { path: PathBuf, source: io::Error },
    #[error("the key of the local CA, {path}, can be read by others; its mode must be 0600")]
    Exposed { path: PathBuf },
    #[error(
        "the local CA in {dir} is incomplete or damaged; \
         restore `{ROOT_FILE}` and `{KEY_FILE}`, or remove both and install the new root"
    )]
    Damaged { dir: PathBuf },
    #[error("`{0}` is neither a host name nor an address")]
    Name(String),
    #[error("a certificate cannot be made: {0}")]
    Make(#[from] rcgen::Error),
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// What a listener needs to speak TLS, and what people need to trust it.
#[derive(Clone)]
pub struct Material {
    pub config: Arc<ServerConfig>,
    /// The root certificate, for installing on tablets.
    pub ca_pem: String,
    /// SHA-256 of the root certificate, as browsers show it.
    pub fingerprint: String,
}

impl fmt::Debug for Material {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Material")
            .field("fingerprint", &self.fingerprint)
            .finish_non_exhaustive()
    }
}

impl Material {
    /// Reads the root in `dir`, or makes one there, and makes a leaf for `names` that is valid
    /// from `now` for 30 days.
    pub fn load_or_make(dir: &Path, names: &[String], now: SystemTime) -> Result<Self, Error> {
        let root = Root::load(dir)?.map_or_else(|| Root::make(dir, now), Ok)?;
        let fingerprint = fingerprint(&root.der);
        let ca_pem = root.pem.clone();
        Ok(Self {
            config: Arc::new(root.leaf(names, now)?),
            ca_pem,
            fingerprint,
        })
    }
}

struct Root {
    pem: String,
    der: CertificateDer<'static>,
    key: KeyPair,
}

impl Root {
    /// `None` where there is neither certificate nor key.
    fn load(dir: &Path) -> Result<Option<Self>, Error> {
        let damaged = || Error::Damaged {
            dir: dir.to_owned(),
        };
        let key_path = dir.join(KEY_FILE);
        let (pem, key) = match (read(&dir.join(ROOT_FILE))?, read(&key_path)?) {
            (None, None) => return Ok(None),
            (Some(pem), Some(key)) => (pem, key),
            _ => return Err(damaged()),
        };
        let metadata = fs::metadata(&key_path).map_err(|source| file(&key_path, source))?;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(Error::Exposed { path: key_path });
        }
        let key = KeyPair::from_pem(&key).map_err(|_| damaged())?;
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| damaged())?;
        // The public key stands in the certificate as it is; another key's would not.
        let own = key.public_key_raw();
        if !der.windows(own.len()).any(|bytes| bytes == own) {
            return Err(damaged());
        }
        Ok(Some(Self { pem, der, key }))
    }

    fn make(dir: &Path, now: SystemTime) -> Result<Self, Error> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .map_err(|source| file(dir, source))?;
        let key = KeyPair::generate()?;
        let mut params = root_params(&key);
        params.not_before = (now - BACKDATED).into();
        params.not_after = (now + ROOT_LIFE).into();
        let certificate = params.self_signed(&key)?;
        let pem = certificate.pem();
        write(&dir.join(KEY_FILE), &key.serialize_pem(), 0o600)?;
        write(&dir.join(ROOT_FILE), &pem, 0o644)?;
        Ok(Self {
            pem,
            der: certificate.der().clone(),
            key,
        })
    }

    fn leaf(self, names: &[String], now: SystemTime) -> Result<ServerConfig, Error> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        for name in names {
            let more = CertificateParams::new([name.clone()])
                .map_err(|_| Error::Name(name.clone()))?
                .subject_alt_names;
            params.subject_alt_names.extend(more);
        }
        params.distinguished_name = DistinguishedName::new();
        params
            .distinguished_name
            .push(DnType::CommonName, "BigDecoder");
        params.not_before = (now - BACKDATED).into();
        params.not_after = (now + LEAF_LIFE).into();
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let issuer = Issuer::new(root_params(&self.key), self.key);
        let leaf = params.signed_by(&key, &issuer)?;
        let secret = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13])?
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone(), self.der], secret)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// What the root says of itself, the dates aside. It follows from the key, so that two appliances
/// have roots of different names, and one has the same name at every start.
fn root_params(key: &KeyPair) -> CertificateParams {
    let mut params = CertificateParams::default();
    let id = hex(&Sha256::digest(key.public_key_raw())[..4]);
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, format!("BigDecoder local CA {id}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// Every name that the leaf must hold: localhost, the configured names, and the address listened on.
/// `None` if that is every address of the machine and no name is configured, so that no name by
/// which others reach it would be in it.
pub fn names(configured: &[String], listen: IpAddr) -> Option<Vec<String>> {
    if listen.is_unspecified() && configured.is_empty() {
        return None;
    }
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    names.extend(configured.iter().cloned());
    if !listen.is_unspecified() {
        names.push(listen.to_string());
    }
    names.sort();
    names.dedup();
    Some(names)
}

fn fingerprint(der: &[u8]) -> String {
    let bytes: Vec<String> = Sha256::digest(der)
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    bytes.join(":")
}

fn read(path: &Path) -> Result<Option<String>, Error> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(file(path, source)),
    }
}

fn write(path: &Path, text: &str, mode: u32) -> Result<(), Error> {
    let written = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
        .and_then(|mut out| {
            out.write_all(text.as_bytes())?;
            out.sync_all()
        });
    written.map_err(|source| file(path, source))
}

fn file(path: &Path, source: io::Error) -> Error {
    Error::File {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make(dir: &Path, names: &[&str]) -> Result<Material, Error> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Material::load_or_make(dir, &names, SystemTime::now())
    }

    #[test]
    fn the_root_stays_and_its_key_is_closed() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("tls");
        let first = make(&dir, &["localhost"]).unwrap();
        let again = make(&dir, &["localhost", "192.168.1.9"]).unwrap();
        assert_eq!(first.fingerprint, again.fingerprint);
        assert_eq!(first.ca_pem, again.ca_pem);
        assert_eq!(first.fingerprint.len(), 32 * 3 - 1);
        let mode = |name| fs::metadata(dir.join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(KEY_FILE), 0o600);
        fs::set_permissions(dir.join(KEY_FILE), fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(make(&dir, &[]), Err(Error::Exposed { .. })));
    }

    #[test]
    fn a_damaged_root_is_not_replaced_in_silence() {
        let dir = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        make(dir.path(), &["localhost"]).unwrap();
        make(other.path(), &["localhost"]).unwrap();
        fs::copy(other.path().join(ROOT_FILE), dir.path().join(ROOT_FILE)).unwrap();
        let refused = make(dir.path(), &["localhost"]);
        assert!(matches!(refused, Err(Error::Damaged { .. })));
        fs::remove_file(dir.path().join(KEY_FILE)).unwrap();
        let refused = make(dir.path(), &["localhost"]);
        assert!(matches!(refused, Err(Error::Damaged { .. })));
    }

    #[test]
    fn names_are_those_by_which_it_is_reached() {
        let configured = ["salon.lan".to_owned()];
        let at = |ip: &str, names: &[String]| super::names(names, ip.parse().unwrap());
        assert_eq!(at("0.0.0.0", &[]), None);
        assert_eq!(
            at("0.0.0.0", &configured).unwrap(),
            ["127.0.0.1", "localhost", "salon.lan"]
        );
        assert_eq!(
            at("10.0.0.5", &[]).unwrap(),
            ["10.0.0.5", "127.0.0.1", "localhost"]
        );
        let dir = tempfile::tempdir().unwrap();
        let refused = make(dir.path(), &["zażółć"]);
        assert!(matches!(refused, Err(Error::Name(name)) if name == "zażółć"));
    }
}
