using Assay.Inference.Batching;
using Assay.Inference.Metrics;
using Assay.Inference.Models;
using Assay.Inference.Tensors;

namespace Assay.Inference.Processes;

/// <summary>
/// A model that is a program of its own, watched: when it ends, takes too much memory or answers nothing for too long, it
/// is stopped, that is reported, and it is started again after a pause that grows. Until it answers, callers get a 503.
/// </summary>
internal sealed class ProcessModel : ForwardingModel
{
    private static readonly TimeSpan Healthy = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Ending = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FreeingMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MemoryPause = TimeSpan.FromMilliseconds(250);

    private readonly ChildPlan _plan;
    private readonly ServeFile _how;
    private readonly SemaphoreSlim _calls;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watch;
    private volatile ChildConnection? _connection;
    private volatile ModelTrouble? _trouble;
    private int _disposed;

    /// <exception cref="InvalidModelException">The package asks for batches that can't be made.</exception>
    private ProcessModel(ChildPlan plan, ServeFile how, ChildConnection first, ModelSignature? signature)
    {
        (_plan, _how, _connection, Declared) = (plan, how, first, how.Signature);
        Signature = signature ?? new([], []);
        Batcher = ProgramBatcher.Of(how, Signature, (inputs, outputs, _) => Call(Connection, (client, limit) => client.Infer(inputs, outputs, Signature, limit)), BatchingStopped);
        _calls = new(plan.Options.CallsMax);
        _watch = Task.Run(Watch);
        InferenceMetrics.ModelLoaded();
    }

    public override ModelKind Kind => ModelKind.Process;

    public override ModelSignature Signature { get; }

    public override bool TakesBodies => _how.Protocol == ModelProtocol.Invocations;

    public override string? Problem => _trouble?.Sentence;

    /// <summary>Id of the process that answers now, for tests; null while none does.</summary>
    internal int? ProcessId => _connection?.Process.Id;

    /// <summary>Starts the program and waits until it answers.</summary>
    /// <exception cref="InvalidModelException">It doesn't come up.</exception>
    public static async Task<ProcessModel> Load(ChildPlan plan, ServeFile how, CancellationToken cancel)
    {
        ChildConnection? first = null;
        try
        {
            first = await ChildConnection.Open(plan, how, cancel);
            return new(plan, how, first, how.Signature ?? await first.Describe(plan.Options, cancel));
        }
        catch
        {
            first?.Dispose();
            plan.Dispose();
            throw;
        }
    }

    public override async ValueTask<IReadOnlyList<NamedTensor>> Infer(
        IReadOnlyList<NamedTensor> inputs, IReadOnlyCollection<string>? outputs, CancellationToken cancel)
    {
        var answered = await Ask((client, limit) => client.Infer(inputs, outputs, Signature, limit), cancel);
        AnswerCheck.Rows(answered, inputs, Declared);
        return answered;
    }

    internal override async ValueTask<ServerAnswer> Forward(ReadOnlyMemory<byte> body, string contentType, CancellationToken cancel) =>
        await Ask((client, limit) => client.Forward(body, contentType, limit), cancel);

    private protected override void CheckInputs(IReadOnlyList<NamedTensor> inputs) => Connection.Client.Check(inputs, Signature);

    // For the program itself, or for those with whom it is asked.
    private protected override Task<T> Wait<T>(Func<Task<T>> call, CancellationToken cancel)
    {
        if (!_calls.Wait(0, CancellationToken.None))
            throw new ModelUnavailableException($"{_plan.Options.CallsMax} calls wait for this model already. Try again in a second.", TimeSpan.FromSeconds(1));
        return Wait(GiveBack(call), cancel);   // a caller that leaves doesn't hide a model that answers nothing
    }

    private async Task<T> GiveBack<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        finally
        {
            _calls.Release();
        }
    }

    private async Task<T> Ask<T>(Func<ModelClient, CancellationToken, Task<T>> ask, CancellationToken cancel)
    {
        var connection = Connection;
        return await Wait(() => Call(connection, ask), cancel);
    }

    private async Task<T> Call<T>(ChildConnection connection, Func<ModelClient, CancellationToken, Task<T>> ask)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(_plan.Options.CallSeconds));
        var asked = TimeProvider.System.GetTimestamp();
        try
        {
            var answer = await ask(connection.Client, limit.Token);
            connection.Answered();
            return answer;
        }
        catch (OperationCanceledException problem) when (limit.IsCancellationRequested)
        {
            if (connection.AnsweredNothingSince(asked))
                connection.Process.Stop($"answered nothing for {_plan.Options.CallSeconds:0.#} seconds and was stopped");
            throw new ModelUnavailableException($"The model did not answer within {_plan.Options.CallSeconds:0.#} seconds.", TimeSpan.FromSeconds(1), problem);
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)   // the latter two: its end was seen first by whoever watches it
        {
            // The connection is often gone a moment before the process is.
            await Task.WhenAny(connection.Process.Exited, Task.Delay(Ending, CancellationToken.None));
            throw connection.Process.IsGone || !await connection.Listens()
                ? new ModelUnavailableException("The model's process ended while it was being asked. It is started again; try again in a moment.", TimeSpan.FromSeconds(1), problem)
                : new ModelFailedException("The model's program ended the connection without an answer, as one does that failed on the request.", problem);
        }
    }

    /// <exception cref="ModelUnavailableException">There is none at the moment.</exception>
    private ChildConnection Connection => _connection ?? throw new ModelUnavailableException(
        _trouble is { } trouble ? $"{trouble.Sentence} It is started again." : "The model's process is being started.", _trouble?.RetryAfter ?? TimeSpan.FromSeconds(1));

    private async Task Watch()
    {
        var failures = 0;
        while (!_stop.IsCancellationRequested)
        {
            if (_connection is { } connection)
            {
                var started = TimeProvider.System.GetTimestamp();
                await WatchMemory(connection.Process);
                failures = TimeProvider.System.GetElapsedTime(started) > Healthy ? 1 : failures + 1;
                _trouble = Trouble(connection.Process, failures, "");   // its last words may take a while
                _connection = null;
                await connection.Process.Ended;
                Say(connection.Process, failures);
                connection.Dispose();
            }

            await RestartAfter(_plan.Options.BackOff(failures));
            if (_connection is null)
                failures++;
        }
    }

    private void Say(ChildProcess process, int failures)
    {
        if (_stop.IsCancellationRequested)
            return;
        _trouble = Trouble(process, failures, process.LastWords());
        Report(_trouble);
    }

    private ModelTrouble Trouble(ChildProcess process, int failures, string lastWords) =>
        new($"The model's process {process.EndedHow}.", lastWords, _plan.Options.BackOff(failures));

    private async Task RestartAfter(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, _stop.Token);
            _connection = await ChildConnection.Open(_plan, _how, _stop.Token);
            _trouble = null;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Nobody needs it any more.
        }
        catch (Exception problem)   // whatever it is, such as no descriptor left: the next pause is longer, and then it is tried again
        {
            _trouble = new(problem is InvalidModelException ? problem.Message : $"The model's process can't be started: {problem.Message}", "", pause);
            Report(_trouble);
        }
    }

    private async Task WatchMemory(ChildProcess process)
    {
        var most = _plan.Options.MemoryMiB * 1024L * 1024;
        while (!process.Exited.IsCompleted)
        {
            if (ProcessMemory.OfTree(process.Id) > most)
                process.Stop($"took more than {_plan.Options.MemoryMiB} MiB of memory and was stopped");
            await Task.WhenAny(process.Exited, Task.Delay(MemoryPause, CancellationToken.None));
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _stop.Cancel();
        _connection?.Dispose();
        // Its folder is to be gone when the server is; a process that takes long to end holds nobody up for ever.
        _watch.ContinueWith(_ => Free(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).Wait(FreeingMax);
        InferenceMetrics.ModelUnloaded();
    }

    // What was being started while the model was let go is there only now.
    private void Free()
    {
        _connection?.Dispose();
        _plan.Dispose();
        _stop.Dispose();
    }
}
