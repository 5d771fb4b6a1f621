using Assay.Inference.OpenInference.Grpc;
using Assay.Inference.Predictions;

namespace Assay.Inference.Protocols;

/// <summary>The counts and times of models, in the form of gRPC.</summary>
internal static class GrpcStatistics
{
    public static ModelStatisticsResponse Of(IEnumerable<NamedModel> models) => new() { ModelStats = { models.Select(Of) } };

    private static ModelStatistics Of(NamedModel served)
    {
        var sums = served.Totals.Show();
        return new()
        {
            Name = served.Name,
            Version = served.Version ?? "",
            InferenceCount = (ulong)served.Totals.Rows,
            ExecutionCount = (ulong)served.Totals.Computations,
            InferenceStats = new()
            {
                Success = Sum(sums["success"]),
                Fail = Sum(sums["fail"]),
                Queue = Sum(sums["queue"]),
                ComputeInput = Sum(sums["compute_input"]),
                ComputeInfer = Sum(sums["compute_infer"]),
                ComputeOutput = Sum(sums["compute_output"]),
                CacheHit = Sum(sums["cache_hit"]),
                CacheMiss = Sum(sums["cache_miss"]),
            },
            BatchStats =
            {
                served.Totals.ShowBatches().Select(batch => new InferBatchStatistics
                {
                    BatchSize = (ulong)batch.BatchSize,
                    ComputeInput = Sum(batch.ComputeInput),
                    ComputeInfer = Sum(batch.ComputeInfer),
                    ComputeOutput = Sum(batch.ComputeOutput),
                }),
            },
        };
    }

    private static StatisticDuration Sum(TimedSum sum) => new() { Count = (ulong)sum.Count, Ns = (ulong)sum.Ns };
}
