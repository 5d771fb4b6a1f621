namespace Assay.Inference.Predictions;

/// <summary>Writes <c>{"predictions":[…]}</c>.</summary>
internal static class AnswerWriter
{
    private const int FrameBytes = 32;
    private const int NumberBytes = 16;

    /// <summary>The answer, in memory of the shared pool that the caller returns.</summary>
    public static ArraySegment<byte> Write(ReadOnlySpan<float> predictions)
    {
        var answer = new AnswerBuffer(FrameBytes + predictions.Length * NumberBytes);
        answer.Raw("{\"predictions\":["u8);
        answer.Numbers(predictions);
        answer.Raw("]}"u8);
        return answer.Finish();
    }
}
