using Assay.Inference.Models;
using Assay.Inference.Processes;
using Assay.Inference.Tensors;

namespace Assay.Inference.Batching;

/// <summary>
/// Batches for a program or a server elsewhere, whose package promises that each row is answered for itself. A promise can't be
/// tried before anybody asked, so it is checked as calls come: of the first batches, and of some later ones, a call is computed
/// by itself as well. Where it gets other bits than among others, no more batches are made.
/// </summary>
/// <param name="compute">Asks the program.</param>
/// <param name="rowsMax">Rows that it takes at once, as its package says.</param>
internal sealed class ProgramBatcher(ComputeTensors compute, int rowsMax) : TensorBatcher(compute, Turns, rowsMax, BytesMax)
{
    private const int Turns = 2;   // one is computed, and the next is on its way to the program
    private const int BytesMax = 1 << 20;
    private const int CheckedAtFirst = 32;
    private const int CheckedEvery = 64;
    private int _made = -1;

    /// <summary>The batcher that the package asks for; null where it asks for none.</summary>
    /// <param name="how">What the package says.</param>
    /// <param name="signature">What the model takes.</param>
    /// <param name="infer">Asks the program; for all outputs where it is given none.</param>
    /// <param name="stopped">Told when a row got another answer than alone, after which no batches are made.</param>
    /// <exception cref="InvalidModelException">Its inputs have no rows, or nobody says what they are.</exception>
    public static ProgramBatcher? Of(ServeFile how, ModelSignature signature, Func<IReadOnlyList<NamedTensor>, IReadOnlyCollection<string>?, CancellationToken, Task<IReadOnlyList<NamedTensor>>> infer, Action stopped)
    {
        if (how.BatchRowsMax is not { } rowsMax)
            return null;
        if (signature.Inputs.Count == 0)
            throw new InvalidModelException($"'maxBatchSize' in {ServeFile.File} needs the model's inputs: name them under 'inputs'.");
        return signature.Inputs.FirstOrDefault(input => input.Shape is not [< 0, ..]) is { } other
            ? throw new InvalidModelException($"'maxBatchSize' in {ServeFile.File} needs inputs of any number of rows, and the first size of '{other.Name}' is not -1.")
            : new((inputs, outputs, cancel) => new(infer(inputs, outputs.Count > 0 ? outputs : null, cancel)), rowsMax) { Stopped = stopped };
    }

    protected override async ValueTask<AnsweredTensors[]> Together(IReadOnlyList<AskedTensors> asked, long began)
    {
        var made = Interlocked.Increment(ref _made) & int.MaxValue;
        if (made >= CheckedAtFirst && made % CheckedEvery != 0)
            return await base.Together(asked, began);
        var at = made % asked.Count;
        var (together, alone) = (base.Together(asked, began).AsTask(), Alone(asked[at], began).AsTask());   // a program of several threads takes no longer
        await Task.WhenAll(together, alone);
        return TensorRows.AreSame((await alone).Outputs, (await together)[at].Outputs) ? await together : throw Mixed();
    }
}
