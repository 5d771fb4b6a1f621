using Assay.Inference.Counterfactuals;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.Models;

/// <summary>A model of rows of a typed schema, whether one graph computes it or several models do together.</summary>
public abstract class TableModel : ServedModel
{
    private readonly RequestReader _reader;

    private protected TableModel(ModelSchema schema)
    {
        Schema = schema;
        Inputs = new InputColumns(schema);
        _reader = new RequestReader(Inputs);
        Tensors = new TableTensors(schema, Inputs);
    }

    /// <summary>What a row holds and what is predicted.</summary>
    public ModelSchema Schema { get; }

    /// <summary>The schema's inputs, prepared for reading.</summary>
    internal InputColumns Inputs { get; }

    /// <summary>Its rows as tensors.</summary>
    internal TableTensors Tensors { get; }

    /// <inheritdoc/>
    public override ModelSignature Signature => Tensors.Signature;

    /// <summary>Reads rows from a request's body. Dispose them after the prediction.</summary>
    /// <exception cref="InvalidInputException">The body isn't what the schema asks for; the message names row and column.</exception>
    public PredictionRows Read(ReadOnlySpan<byte> json) => _reader.Read(json);

    internal PredictionRows Read(ReadOnlySpan<byte> json, out string? explain) => _reader.Read(json, out explain);

    /// <summary>
    /// One prediction per row, of a request among others, whose rows it may be computed with, and which it may have to wait for; no
    /// bit of it depends on them.
    /// </summary>
    internal abstract ValueTask<ComputedTurn> PredictAmongOthers(PredictionRows rows, Memory<float> predictions, CancellationToken cancel);

    /// <summary>Whether predicting counts the rows; else whoever asks does.</summary>
    internal virtual bool CountsItself => true;

    /// <summary>What a search for near rows, which asks it many times, knows of it.</summary>
    internal abstract SearchedTable Searched { get; }

    /// <summary>Counts rows for monitoring whose predictions were known already.</summary>
    internal abstract void Count(PredictionRows rows, ReadOnlySpan<float> predictions);
}

/// <summary>A computation as one of the calls sees it whose rows it was of.</summary>
/// <param name="Began">When, as a timestamp; 0 for at once.</param>
/// <param name="Rows">Its rows, for the one call that stands for it; 0 for the others.</param>
internal readonly record struct ComputedTurn(long Began, int Rows);
