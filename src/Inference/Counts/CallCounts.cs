using Assay.Inference.Models;
using Assay.Inference.Tensors;
using Assay.Statistics.Profiles;

namespace Assay.Inference.Counts;

/// <summary>
/// Live counts of the calls of a model whose package brings no baseline: what came in, and what was answered. The score is what
/// a row is answered with, where that is known, and else the first of what answers are made of. Safe to use from any number of threads.
/// </summary>
internal sealed class CallCounts
{
    private const int InputsMax = 64;
    private const int AnswersMax = 16;
    private const int BodyBytesMax = 1 << 17;
    private const int BytesOfValue = 32;   // of JSON, read about as fast as a number is put into a sketch

    private readonly Lock _lock = new();
    private readonly ValueBudget _budget = new();
    private readonly ModelSignature _signature;
    private readonly AnswerCounts? _score;
    private readonly TensorCounts _inputs;
    private readonly TensorCounts? _answers;
    private long _rows;

    public CallCounts(ModelSignature signature, IReadOnlyList<string>? columns, RowAnswer? answer)
    {
        _signature = signature;
        _inputs = new(signature.Inputs, columns, isAnswer: false, InputsMax, _budget);
        _score = answer is null ? null : new(answer);
        _answers = answer is null ? new(signature.Outputs, null, isAnswer: true, AnswersMax, _budget) : null;
        Profile = new(0, [], _score?.Score ?? LateBins.Numbers("answer"));
    }

    /// <summary>What is counted, as far as it is known before calls come, and nothing of training data.</summary>
    public BaselineProfile Profile { get; }

    /// <summary>Counts a call.</summary>
    public void Add(IReadOnlyList<NamedTensor> inputs, IReadOnlyList<NamedTensor> answer)
    {
        Interlocked.Add(ref _rows, RowsOf(answer.Count > 0 ? answer : inputs));
        _score?.Add(answer);
        if (!_budget.HasSome)
            return;
        lock (_lock)
        {
            _inputs.Add(inputs);
            _answers?.Add(answer);
        }
    }

    /// <summary>Counts a call of which only the bodies are known: small ones, in MLflow's JSON.</summary>
    public void Add(ReadOnlySpan<byte> body, ReadOnlySpan<byte> answer)
    {
        var bytes = body.Length + answer.Length;
        if (bytes > BodyBytesMax || !_budget.HasSome || !MayRead(bytes))
        {
            Interlocked.Increment(ref _rows);
            return;
        }

        Add(PassedTensors.Read(body, _signature.Inputs, "inputs"), PassedTensors.Read(answer, _signature.Outputs, "predictions"));
    }

    /// <summary>Takes the counts since the last call and starts new ones.</summary>
    public ModelWindow Take()
    {
        lock (_lock)
        {
            List<CountedWindow> answers = [.. _answers?.Take() ?? []];
            var score = _score?.Take() ?? answers.FirstOrDefault() ?? LateCounts.Numbers("answer").Take();
            return new(Interlocked.Exchange(ref _rows, 0), [.. _inputs.Take(), .. answers.Skip(1)], score);
        }
    }

    private bool MayRead(int bytes)
    {
        lock (_lock)
            return _budget.Take(1, bytes / BytesOfValue) > 0;
    }

    private static long RowsOf(IReadOnlyList<NamedTensor> tensors) => tensors is [{ Shape: [var rows, ..] }, ..] ? rows : 1;
}
