using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Output;
using Assay.Client;
using Assay.Kernel.Homes;
using Assay.Server.Hosting;

namespace Assay.Cli.Connections;

/// <summary>
/// The server that one verb talks to: the one that the command line or the environment names, else the one that runs on
/// the home, else one that is started here for the time of the verb.
/// </summary>
internal sealed class Session : IAsyncDisposable
{
    private readonly AssayServer? _own;

    private Session(ParseResult parsed, AssayClient client, AssayServer? own)
    {
        (Parsed, Client, _own) = (parsed, client, own);
        Json = parsed.GetValue(VerbOptions.Json);
    }

    /// <summary>The command line.</summary>
    public ParseResult Parsed { get; }

    /// <summary>Whether one JSON document is wanted instead of text.</summary>
    public bool Json { get; }

    public AssayClient Client { get; }

    /// <summary>Makes an action that opens a session, runs the verb's work in it and closes it.</summary>
    public static Func<ParseResult, CancellationToken, Task<int>> Running(Func<Session, CancellationToken, Task<int>> work) =>
        async (parsed, cancel) =>
        {
            await using var session = await Open(parsed, cancel);
            return await work(session, cancel);
        };

    /// <summary>Writes the result: the document with <c>--json</c>, else what <paramref name="show"/> writes.</summary>
    public void Write<T>(T document, Action<T> show)
        where T : notnull
    {
        if (Json)
            Screen.WriteJson(document);
        else
            show(document);
    }

    public async ValueTask DisposeAsync()
    {
        if (_own is not null)
            await _own.DisposeAsync();
    }

    private static async Task<Session> Open(ParseResult parsed, CancellationToken cancel)
    {
        var home = VerbOptions.HomeOf(parsed);
        var project = parsed.GetValue(VerbOptions.Project) ?? VerbOptions.Variable("ASSAY_PROJECT");
        var given = parsed.GetValue(VerbOptions.Token) ?? VerbOptions.Variable("ASSAY_TOKEN");
        if ((parsed.GetValue(VerbOptions.Server) ?? VerbOptions.Variable("ASSAY_SERVER")) is { } named)
        {
            var address = Address(named);
            return new(parsed, AssayClient.Connect(address, given ?? TokenFor(address, home), project), null);
        }

        if (HomeLock.Holder(home) is { } holder)
            return new(parsed, AssayClient.Connect(new Uri(holder.Url), given ?? HomeToken.Read(home), project), null);

        if (!AssayHome.IsOne(home))
            throw new CommandException($"There is no Assay home at {home}: make one with 'assay up' or 'assay quickstart', or name a server with --server.");
        var own = await AssayServer.Start(new ServerOptions { Home = home, Port = 0, MetricsPort = 0, Postgres = VerbOptions.Variable("ASSAY_POSTGRES") }, cancel: cancel);
        return new(parsed, AssayClient.Connect(own.Address, given ?? HomeToken.Read(home), project), own);
    }

    private static Uri Address(string text) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out var address)
            ? address
            : throw new CommandException($"'{text}' is no server address; write it like http://127.0.0.1:8300.");

    // The home's token is for the home's server: no other address is ever sent it.
    private static string? TokenFor(Uri address, string home) =>
        HomeLock.Holder(home) is { } holder && new Uri(holder.Url) == address ? HomeToken.Read(home) : null;
}
