//! A client that can be told to do everything wrong.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, HandshakeKind, SignatureScheme};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::papers::Paper;
use super::stage::Stage;

const PATIENCE: Duration = Duration::from_secs(20);

/// How to connect.
#[derive(Clone, Debug)]
pub struct Dial {
    name: ServerName<'static>,
    config: ClientConfig,
    authority: String,
}

/// Something that serves at an address.
pub trait At {
    fn address(&self) -> SocketAddr;
}

impl At for Stage {
    fn address(&self) -> SocketAddr {
        self.address
    }
}

/// HTTP/1.1 or HTTP/2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Http {
    One,
    Two,
}

/// Both.
pub const BOTH: [Http; 2] = [Http::One, Http::Two];

impl Dial {
    /// Connects to `name` and presents `paper`.
    pub fn to(name: &str, paper: Option<&Paper>) -> Self {
        Self::speaking(name, paper, &[&rustls::version::TLS13, &rustls::version::TLS12])
    }

    /// The same with these TLS versions.
    pub fn speaking(
        name: &str,
        paper: Option<&Paper>,
        versions: &[&'static rustls::SupportedProtocolVersion],
    ) -> Self {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(versions)
            .expect("versions")
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(AnyServer(provider)));
        let mut config = match paper {
            // A resolver of our own: the usual way in checks that key and
            // certificate belong together.
            Some(paper) => builder.with_client_cert_resolver(Arc::new(Present(certified(paper)))),
            None => builder.with_no_client_auth(),
        };
        config.resumption = Resumption::in_memory_sessions(8);
        let authority = name.to_owned();
        let name = ServerName::try_from(name.to_owned()).expect("a name");
        Self { name, config, authority }
    }

    /// Sends no server name.
    pub fn nameless(mut self) -> Self {
        self.config.enable_sni = false;
        self
    }

    /// Writes this in `Host` or `:authority` instead of the name connected to.
    pub fn asking_for(mut self, authority: &str) -> Self {
        authority.clone_into(&mut self.authority);
        self
    }

    /// Has `resolver` choose what is presented.
    pub fn choosing_by(mut self, resolver: Arc<dyn rustls::client::ResolvesClientCert>) -> Self {
        self.config.client_auth_cert_resolver = resolver;
        self
    }

    /// Cuts what is sent into TLS records of at most `bytes`.
    pub fn in_pieces_of(mut self, bytes: usize) -> Self {
        self.config.max_fragment_size = Some(bytes);
        self
    }

    /// The TLS connection, offering `alpn`.
    pub async fn tls(
        &self,
        stage: &impl At,
        alpn: &[&str],
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let mut config = self.config.clone();
        config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        let tcp = TcpStream::connect(stage.address()).await?;
        tcp.set_nodelay(true)?;
        let connector = TlsConnector::from(Arc::new(config));
        timeout(PATIENCE, connector.connect(self.name.clone(), tcp)).await.expect("in time")
    }

    /// A connection that speaks HTTP.
    pub async fn open(&self, stage: &impl At, http: Http) -> Line {
        let alpn = if http == Http::One { "http/1.1" } else { "h2" };
        let tls = self.tls(stage, &[alpn]).await.expect("a TLS connection");
        assert_eq!(tls.get_ref().1.alpn_protocol(), Some(alpn.as_bytes()));
        let handshake = tls.get_ref().1.handshake_kind();
        let io = TokioIo::new(tls);
        let mut driving = JoinSet::new();
        let sender = match http {
            Http::One => {
                let (sender, conn) = http1::handshake(io).await.expect("HTTP/1.1");
                driving.spawn(async { drop(conn.await) });
                Sender::One(sender)
            }
            Http::Two => {
                let executor = TokioExecutor::new();
                let (sender, conn) = http2::handshake(executor, io).await.expect("HTTP/2");
                driving.spawn(async { drop(conn.await) });
                Sender::Two(sender)
            }
        };
        let port = stage.address().port();
        Line { sender, driving, handshake, authority: format!("{}:{port}", self.authority) }
    }

    /// Opens a connection and asks for `path` once.
    pub async fn get(&self, stage: &impl At, http: Http, path: &str) -> Answer {
        self.open(stage, http).await.get(path).await
    }

    /// Sends `bytes` over HTTP/1.1's port and returns all that comes back.
    pub async fn raw(&self, stage: &impl At, bytes: &[u8]) -> String {
        let mut tls = self.tls(stage, &["http/1.1"]).await.expect("a TLS connection");
        tls.write_all(bytes).await.expect("sent");
        tls.flush().await.expect("sent");
        let mut all = Vec::new();
        // A connection cut without close_notify is an error of its own kind; what
        // came before it counts.
        let _ = timeout(PATIENCE, tls.read_to_end(&mut all)).await.expect("in time");
        String::from_utf8_lossy(&all).into_owned()
    }
}

/// An open connection.
pub struct Line {
    sender: Sender,
    driving: JoinSet<()>,
    pub handshake: Option<HandshakeKind>,
    pub authority: String,
}

enum Sender {
    One(http1::SendRequest<Full<Bytes>>),
    Two(http2::SendRequest<Full<Bytes>>),
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub refusal: Option<String>,
    pub headers: HeaderMap,
    pub body: String,
}

impl Line {
    /// Asks for `path`.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.ask("GET", path, &[]).await
    }

    /// Asks with a method and these fields.
    pub async fn ask(&mut self, method: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(method, path, fields, "").await.expect("an answer")
    }

    /// Asks; the error says that the connection gave no answer.
    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        fields: &[(&str, &str)],
        body: &str,
    ) -> hyper::Result<Answer> {
        let uri = match self.sender {
            Sender::One(_) => path.to_owned(),
            Sender::Two(_) => format!("https://{}{path}", self.authority),
        };
        let mut request = Request::builder().method(method).uri(uri);
        if matches!(self.sender, Sender::One(_)) {
            request = request.header(header::HOST, &self.authority);
        }
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::from(body.to_owned())).expect("a request");
        let sent = async {
            match &mut self.sender {
                Sender::One(sender) => sender.send_request(request).await,
                Sender::Two(sender) => sender.send_request(request).await,
            }
        };
        let response = timeout(PATIENCE, sent).await.expect("in time")?;
        Answer::of(response).await
    }

    /// Waits until the other end has closed.
    pub async fn closed(&mut self) {
        timeout(PATIENCE, self.driving.join_next()).await.expect("closes in time");
    }

    /// The same, however long it takes.
    pub async fn ended(&mut self) {
        self.driving.join_next().await;
    }
}

impl Answer {
    async fn of(response: Response<Incoming>) -> hyper::Result<Self> {
        let (parts, body) = response.into_parts();
        let body = timeout(PATIENCE, body.collect()).await.expect("in time")?.to_bytes();
        let refusal = parts.headers.get("sekisho-refusal");
        Ok(Self {
            status: parts.status.as_u16(),
            refusal: refusal.map(|code| code.to_str().expect("ASCII").to_owned()),
            body: String::from_utf8_lossy(&body).into_owned(),
            headers: parts.headers,
        })
    }
}

fn certified(paper: &Paper) -> Arc<rustls::sign::CertifiedKey> {
    let key = aws_lc_rs::sign::any_supported_type(&paper.key).expect("a usable key");
    Arc::new(rustls::sign::CertifiedKey::new(paper.chain.clone(), key))
}

#[derive(Debug)]
struct Present(Arc<rustls::sign::CertifiedKey>);

impl rustls::client::ResolvesClientCert for Present {
    fn resolve(
        &self,
        _hints: &[&[u8]],
        _schemes: &[SignatureScheme],
    ) -> Option<Arc<rustls::sign::CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// Takes any server for the right one: these tests are about the other side.
#[derive(Debug)]
struct AnyServer(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyServer {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
