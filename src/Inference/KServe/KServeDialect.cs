using Assay.Inference.Predictions;

namespace Assay.Inference.KServe;

/// <summary>KServe's protocol version 1, which is TensorFlow Serving's: <c>{"instances":[…]}</c> is answered <c>{"predictions":[…]}</c>.</summary>
public sealed class KServeDialect : PredictionsDialect
{
    /// <summary><c>:predict</c>.</summary>
    public static KServeDialect Instance { get; } = new(explains: false);

    /// <summary><c>:explain</c>.</summary>
    public static KServeDialect Explaining { get; } = new(explains: true);

    private KServeDialect(bool explains) => Explains = explains;

    internal override bool Explains { get; }

    /// <inheritdoc/>
    public override string Name => "kserve-v1";

    // Its clients may leave the content type out.
    internal override void CheckHeaders(HttpRequest request)
    {
        if (request.ContentType is not null)
            ContentType.Check(request);
    }

    /// <inheritdoc/>
    public override Task WriteProblem(HttpContext http, Problem problem) => ErrorAnswer.Write(http, problem);
}
