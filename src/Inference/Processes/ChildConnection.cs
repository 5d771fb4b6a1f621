using System.Net;
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

    /// <summary>Whether the program still takes connections: one that ends stops to a while before its process is gone.</summary>
    public async Task<bool> Listens()
    {
        using var limit = new CancellationTokenSource(Knock);
        try
        {
            using var socket = await Reach(Process.Address, limit.Token);
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            // As many wait as may: it is busy, not gone.
        }

        return true;
    }

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
        if (address.Socket is not null)
            handler.ConnectCallback = async (_, cancel) => new NetworkStream(await Reach(address, cancel), ownsSocket: true);
        return handler;
    }

    private static async Task<Socket> Reach(ChildAddress address, CancellationToken cancel)
    {
        EndPoint where = address.Socket is { } path ? new UnixDomainSocketEndPoint(path) : new IPEndPoint(IPAddress.Loopback, address.Port);
        var socket = new Socket(where.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(where, cancel);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Process.Dispose();
        _http.Dispose();
    }
}
