using Assay.Inference.Models;
using Assay.Inference.Processes;

namespace Assay.Serve;

/// <summary>What the slim server lets models do that don't compute in its own process; nothing by default.</summary>
public sealed record ServedKinds
{
    /// <summary>Whether and how models that are programs are started, under the account of whoever serves.</summary>
    public ProcessOptions Processes { get; init; } = new();

    /// <summary>Servers that may be asked for models: a host, or a host with its port.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>
    /// The folder of a verified package that a graph names: asked with the graph's folder, the member's name and the number of
    /// its version. Null when there is none, and where there are no graphs.
    /// </summary>
    public Func<string, string, string, string?>? Member { get; init; }
}

/// <summary>Loads the models of the slim server, whatever kind they are.</summary>
internal sealed class ServedLoader(ServedKinds kinds) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private HttpClient? _http;

    /// <exception cref="InvalidModelException">It can't be served; the message says why.</exception>
    public async Task<ServedModel> Load(ServedPackage package, CancellationToken cancel)
    {
        var surroundings = new ModelSurroundings(kinds.Processes, Send)
        {
            Member = (model, version, stop) => LoadMember(package.Folder, model, version, stop),
        };
        var loaded = await ModelLoader.Load(ModelPackage.OfFolder(package.Folder), surroundings, cancel);
        loaded.Version = package.Version;
        return loaded;
    }

    private async Task<ServedModel> LoadMember(string graph, string model, string version, CancellationToken cancel)
    {
        var folder = kinds.Member?.Invoke(graph, model, version)
            ?? throw new InvalidModelException($"Its member {model} version {version} is not here. Put its folder beside the graph's, and call it '{model}-{version}' or '{model}/{version}'.");
        return await ModelLoader.Load(ModelPackage.OfFolder(folder), new(kinds.Processes, Send), cancel);
    }

    private async Task<ServerAnswer> Send(HttpRequestMessage request, CancellationToken cancel)
    {
        var address = request.RequestUri!;
        if (!kinds.Hosts.Any(host => host.Equals(address.Host, StringComparison.OrdinalIgnoreCase) || host.Equals(address.Authority, StringComparison.OrdinalIgnoreCase)))
            throw new ModelUnavailableException($"{address.Authority} may not be asked: this server asks those that it is told to alone ('assay serve': --ask {address.Host}).", TimeSpan.FromMinutes(1));
        var http = LazyInitializer.EnsureInitialized(ref _http, Client);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, limit.Token);
            return new((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), await answer.Content.ReadAsByteArrayAsync(limit.Token));
        }
        catch (Exception problem) when (!cancel.IsCancellationRequested && problem is HttpRequestException or IOException or OperationCanceledException)
        {
            throw new ModelUnavailableException($"There was no answer from {address.Authority}{(limit.IsCancellationRequested ? $" within {Patience.TotalSeconds:0} seconds" : $": {problem.Message}")}.", TimeSpan.FromSeconds(1), problem);
        }
    }

    // A redirect leads where nobody said that this server may go.
    private static HttpClient Client() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = ServerAnswer.BodyBytesMax,
    };

    public void Dispose() => _http?.Dispose();
}
