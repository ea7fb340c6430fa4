//! What `serve` and the tools put together alike: keys, database, clock and providers.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use anyhow::Context;

use crate::{
    advisor::{
        Advisor, Parts,
        clock::{Clock, SystemClock},
        generate::{Chain, Kind},
    },
    config::Config,
    engine::{
        classifier::EmbeddedClassifier,
        generator::Generator,
        worker::{Policy, Settings, WorkerGenerator},
    },
    privacy::vault::{MasterKey, Vault},
    store::Store,
};

/// Name of the master key among systemd's credentials.
const CREDENTIAL: &str = "bd-master";

/// Opens database and keys of the data folder.
pub(super) struct Opened {
    pub store: Store,
    pub vault: Arc<Vault>,
    pub clock: Arc<dyn Clock>,
}

impl Opened {
    pub(super) fn open(config: &Config) -> anyhow::Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        // The store makes the data folder, with its mode.
        let store = Store::open(&config.data_dir, clock.now_ms())
            .with_context(|| format!("cannot open {}", config.data_dir.display()))?;
        let vault = Arc::new(Vault::new(&master_key(config)?));
        Ok(Self {
            store,
            vault,
            clock,
        })
    }
}

/// The use cases for a tool: nobody writes strategies.
pub(super) async fn advisor(opened: Opened) -> anyhow::Result<Advisor> {
    let chain = Chain::new([], Arc::clone(&opened.clock));
    assemble(opened, chain).await
}

/// Puts the parts together.
pub(super) async fn assemble(opened: Opened, chain: Chain) -> anyhow::Result<Advisor> {
    let classifier = EmbeddedClassifier::load().context("the embedded classifier is damaged")?;
    let parts = Parts {
        store: opened.store,
        vault: opened.vault,
        clock: opened.clock,
        classifier: Arc::new(classifier),
        chain,
        boot: boot(),
    };
    Ok(Advisor::open(parts).await?)
}

/// Seconds since the epoch: two starts within one second find the data folder in use.
fn boot() -> u32 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs() as u32)
}

/// From the configured file, else from systemd, else from the data folder, where one is made at
/// the first start.
fn master_key(config: &Config) -> anyhow::Result<MasterKey> {
    if let Some(file) = &config.master_key_file {
        return Ok(MasterKey::from_file(file)?);
    }
    let credential =
        std::env::var_os("CREDENTIALS_DIRECTORY").map(|dir| Path::new(&dir).join(CREDENTIAL));
    let file = config.data_dir.join("master.key");
    let (key, made) = MasterKey::obtain(credential.as_deref(), &file)?;
    if made {
        tracing::info!(file = %file.display(), "made a master key; keep a copy apart from the backups");
    }
    Ok(key)
}

/// Those who may write strategies, the local model first. Call it on the runtime that serves.
pub(super) fn chain(config: &Config, clock: &Arc<dyn Clock>) -> anyhow::Result<Chain> {
    let mut providers: Vec<(Kind, Arc<dyn Generator>)> = Vec::new();
    if let Some(model) = &config.model.path {
        let worker = WorkerGenerator::spawn(Settings {
            program: std::env::current_exe().context("cannot find the program itself")?,
            model: model.clone(),
            policy: Policy::default(),
        });
        providers.push((Kind::Local, Arc::new(worker)));
    }
    if config.ollama.enabled {
        providers.push((Kind::Remote, remote(config)?));
    }
    let deadline = Duration::from_secs(config.model.deadline_s.into());
    Ok(Chain::new(providers, Arc::clone(clock)).with_deadline(deadline))
}

#[cfg(feature = "remote")]
fn remote(config: &Config) -> anyhow::Result<Arc<dyn Generator>> {
    use crate::remote::ollama::{Ollama, Settings};

    let ollama = &config.ollama;
    Ok(Arc::new(Ollama::new(Settings {
        url: ollama.url.clone(),
        model: ollama.model.clone(),
        first_token: Duration::from_secs(ollama.first_token_s.into()),
        idle: Duration::from_secs(ollama.idle_s.into()),
    })?))
}

#[cfg(not(feature = "remote"))]
fn remote(_: &Config) -> anyhow::Result<Arc<dyn Generator>> {
    anyhow::bail!(
        "`ollama.enabled` is set, and this program was built without the feature `remote`"
    )
}
