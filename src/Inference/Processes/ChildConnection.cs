using System.Net.Sockets;
using Assay.Inference.Models;
using Assay.Inference.Tensors;

namespace Assay.Inference.Processes;

/// <summary>A program that is up, and the connections to it.</summary>
internal sealed class ChildConnection : IDisposable
{
    private static readonly TimeSpan Knock = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _http;
    private long _answeredAt = TimeProvider.System.GetTimestamp();

    private ChildConnection(ChildProcess process, ServeFile how)
    {
        Process = process;
        _http = new(Handler(process.Address))
        {
            BaseAddress = new Uri(process.Address.Socket is null ? $"http://127.0.0.1:{process.Address.Port}/" : "http://localhost/"),
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = ServerAnswer.BodyBytesMax,
        };
        Client = new(Send, how.Protocol, how.Model);
    }

    public ChildProcess Process { get; }

    public ModelClient Client { get; }

    /// <summary>Starts the program and waits until it says that it is ready.</summary>
    /// <exception cref="InvalidModelException">It ends, or isn't ready in time; the message has its last words.</exception>
    public static async Task<ChildConnection> Open(ChildPlan plan, ServeFile how, CancellationToken cancel)
    {
        var connection = new ChildConnection(ChildProcess.Start(plan), how);
        try
        {
            await connection.WaitUntilReady(plan.Options, cancel);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <exception cref="InvalidModelException">The program doesn't tell.</exception>
    public async Task<ModelSignature?> Describe(ProcessOptions options, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(options.CallSeconds));
        try
        {
            return await Client.Describe(limit.Token);
        }
        catch (Exception problem) when (!cancel.IsCancellationRequested && problem is HttpRequestException or System.Text.Json.JsonException or OperationCanceledException)
        {
            Dispose();
            throw new InvalidModelException($"The model's process doesn't tell its inputs and outputs. Write them into {PackageFiles.Serve}.", problem);
        }
    }

    public void Answered() => Volatile.Write(ref _answeredAt, TimeProvider.System.GetTimestamp());

    public bool AnsweredNothingSince(long moment) => Volatile.Read(ref _answeredAt) < moment;

    private async Task WaitUntilReady(ProcessOptions options, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(options.StartSeconds));
        try
        {
            while (!await Answers(limit.Token))
            {
                if (Process.Ended.IsCompleted)
                    throw NotUp(Process.EndedHow, mayPass: false);
                await Task.WhenAny(Process.Ended, Task.Delay(Knock, limit.Token));
                limit.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw NotUp($"was not ready within {options.StartSeconds:0.#} seconds", mayPass: true);
        }
    }

    private async Task<bool> Answers(CancellationToken cancel)
    {
        try
        {
            return await Client.IsReady(cancel);
        }
        catch (HttpRequestException)   // nobody listens yet
        {
            return false;
        }
    }

    private InvalidModelException NotUp(string how, bool mayPass)
    {
        var words = Process.LastWords();
        return new($"The model's process {how}.{(words.Length == 0 ? "" : $" Its last words: {words}")}") { MayPass = mayPass };
    }

    private async Task<ServerAnswer> Send(HttpRequestMessage request, CancellationToken cancel)
    {
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancel);
        return new((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), await answer.Content.ReadAsByteArrayAsync(cancel));
    }

    private static SocketsHttpHandler Handler(ChildAddress address)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null };
        if (address.Socket is { } path)
        {
            handler.ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }

        return handler;
    }

    public void Dispose()
    {
        Process.Dispose();
        _http.Dispose();
    }
}
