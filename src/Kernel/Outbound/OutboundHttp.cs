using System.Net;
using System.Net.Sockets;
using Assay.Kernel.Refusals;
using Microsoft.Extensions.Options;

namespace Assay.Kernel.Outbound;

/// <summary>What a call to somebody else's server came to.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="RetryAfter">When the server asked to be called again; null when it did not.</param>
/// <param name="Body">The answer's first bytes, up to <see cref="OutboundOptions.ResponseBytesMax"/>.</param>
public sealed record OutboundAnswer(int Status, TimeSpan? RetryAfter, byte[] Body)
{
    /// <summary>Whether the status is one of 200 to 299.</summary>
    public bool IsSuccess => Status is >= 200 and <= 299;
}

/// <summary>There was no answer, or the address may not be called; the message is one sentence.</summary>
public sealed class OutboundException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>
/// The one way to call an address that a person typed in. What is checked is the address that the connection is made to,
/// so a name that leads elsewhere a moment later gains nothing; redirects are not followed, no proxy stands in between,
/// and time and size are bounded.
/// </summary>
public sealed class OutboundHttp : IDisposable
{
    private const int AddressLengthMax = 2000;
    private readonly OutboundOptions _options;
    private readonly HttpClient _http;

    /// <summary>A caller of its own, with its own connections.</summary>
    public OutboundHttp(IOptions<OutboundOptions> options)
    {
        _options = options.Value;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 32,
            MaxResponseDrainSize = 0,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectCallback = Connect,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd($"Assay/{typeof(OutboundHttp).Assembly.GetName().Version!.ToString(3)}");
    }

    /// <summary>The address when it may be called; what it leads to is checked again at each call.</summary>
    /// <param name="field">The field at fault in a refusal.</param>
    /// <param name="address">As somebody wrote it.</param>
    /// <param name="cancel">Ends the wait for the name to be resolved.</param>
    /// <param name="mayBeUnknown">Whether a name that can't be resolved now is taken all the same: it may be made later, and is asked for at each call.</param>
    /// <exception cref="Refusal">It may not, and the sentence says why.</exception>
    public async Task<Uri> Check(string field, string address, CancellationToken cancel, bool mayBeUnknown = false)
    {
        if (address.Length > AddressLengthMax || !Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw Refusal.Invalid(field, $"'{address.Shortened(100)}' is no address to call: write one that begins with https:// or http://, of at most {AddressLengthMax} characters.");
        if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
            throw Refusal.Invalid(field, "An address to call has no user name and no fragment: leave out what stands before @ and after #.");
        try
        {
            await Resolve(uri.IdnHost, cancel);
        }
        catch (OutboundException problem)
        {
            throw Refusal.Invalid(field, problem.Message);
        }
        catch (SocketException) when (!mayBeUnknown)
        {
            throw Refusal.Invalid(field, $"The name {uri.IdnHost} can't be resolved: check its spelling, and that this server's DNS knows it.");
        }

        catch (SocketException)
        {
            // It is checked when it is called.
        }

        return uri;
    }

    /// <summary>Checks a host that is connected to by another protocol than HTTP.</summary>
    /// <exception cref="Refusal">It may not be connected to, and the sentence says why.</exception>
    public async Task CheckHost(string field, string host, CancellationToken cancel)
    {
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
            throw Refusal.Invalid(field, $"'{host.Shortened(100)}' is no name of a server.");
        try
        {
            await Resolve(host, cancel);
        }
        catch (OutboundException problem)
        {
            throw Refusal.Invalid(field, problem.Message);
        }
        catch (SocketException)
        {
            throw Refusal.Invalid(field, $"The name {host} can't be resolved: check its spelling, and that this server's DNS knows it.");
        }
    }

    /// <summary>A connection to a host that may be called, for another protocol than HTTP.</summary>
    /// <exception cref="OutboundException">There is none, or it may not be called.</exception>
    public async Task<Stream> Connect(string host, int port, CancellationToken cancel)
    {
        try
        {
            return await Open(host, port, cancel);
        }
        catch (SocketException problem)
        {
            throw new OutboundException($"There was no answer from {host}: {problem.Message}", problem);
        }
    }

    /// <summary>Sends a request and reads the beginning of its answer.</summary>
    /// <exception cref="OutboundException">There is no answer in time, or the address may not be called.</exception>
    public Task<OutboundAnswer> Send(HttpRequestMessage request, CancellationToken cancel) => Send(request, ReadBeginning, cancel);

    /// <summary>Sends a request and reads its whole answer.</summary>
    /// <exception cref="OutboundException">There is no answer in time, it is larger, or the address may not be called.</exception>
    public Task<OutboundAnswer> SendWhole(HttpRequestMessage request, int bytesMax, CancellationToken cancel) =>
        Send(request, (answer, limit) => ReadWhole(answer, bytesMax, limit), cancel);

    private async Task<OutboundAnswer> Send(
        HttpRequestMessage request, Func<HttpResponseMessage, CancellationToken, Task<byte[]>> read, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(_options.TimeoutSeconds));
        var host = request.RequestUri!.IdnHost;
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return new((int)answer.StatusCode, RetryAfter(answer), await read(answer, limit.Token));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new OutboundException($"{host} did not answer within {_options.TimeoutSeconds:0.#} seconds.");
        }
        catch (HttpRequestException problem)
        {
            for (var cause = problem.InnerException; cause is not null; cause = cause.InnerException)
            {
                if (cause is OutboundException refused)
                    throw new OutboundException(refused.Message, refused);
            }

            throw new OutboundException($"There was no answer from {host}: {problem.Message}", problem);
        }
        catch (IOException problem)
        {
            throw new OutboundException($"{host} broke its answer off: {problem.Message}", problem);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancel) =>
        Open(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancel);

    private async ValueTask<Stream> Open(string host, int port, CancellationToken cancel)
    {
        var addresses = await Resolve(host, cancel);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The addresses behind a host that may be called; at least one.</summary>
    private async Task<IPAddress[]> Resolve(string host, CancellationToken cancel)
    {
        var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancel);
        if (_options.AllowedHosts.Any(allowed => string.Equals(allowed.Trim('[', ']'), host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase)))
            return addresses;

        var allowed = addresses.Where(May).ToArray();
        if (allowed.Length > 0)
            return allowed;
        throw new OutboundException(
            $"{host} leads to {(addresses.Length > 0 ? addresses[0] : "no address")}, which is not on the internet and may not be called. " +
            "Whoever runs this installation can allow the host by name under Outbound:AllowedHosts.");
    }

    private bool May(IPAddress address) => NetworkReaches.Of(address) switch
    {
        NetworkReach.Public => true,
        NetworkReach.Private => _options.AllowPrivateNetworks,
        _ => false,
    };

    private async Task<byte[]> ReadBeginning(HttpResponseMessage answer, CancellationToken cancel)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancel);
        var bytes = new byte[_options.ResponseBytesMax];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        return bytes[..length];
    }

    private static async Task<byte[]> ReadWhole(HttpResponseMessage answer, int bytesMax, CancellationToken cancel)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancel);
        using var whole = new MemoryStream();
        var chunk = new byte[64 * 1024];
        while (await stream.ReadAsync(chunk, cancel) is > 0 and var read)
        {
            if (whole.Length + read > bytesMax)
                throw new OutboundException($"The answer is larger than {bytesMax >> 20} MiB.");
            whole.Write(chunk, 0, read);
        }

        return whole.ToArray();
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage answer) => answer.Headers.RetryAfter?.Delta;
}
