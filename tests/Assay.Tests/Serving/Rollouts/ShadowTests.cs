using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;
using Assay.Serving.Rollouts.Judging;
using Assay.Serving.Rollouts.Live;
using Assay.Tests.Inference;
using Microsoft.AspNetCore.Http;

namespace Assay.Tests.Serving.Rollouts;

/// <summary>What a shadow does by itself, without a host.</summary>
public sealed class ShadowTests
{
    [Fact]
    public async Task Whatever_befalls_a_shadow_is_counted_as_its_failure_and_the_next_rows_come()
    {
        var gone = TinyModel.Load();
        gone.Dispose();   // which fails otherwise than a graph does
        var slot = new ModelSlot();
        slot.Exchange(gone);
        var tally = new ArmTally(ArmEvidence.Empty("candidate"), null);
        var shadow = new Shadow(slot, RowTransfer.Between(TinyModel.Schema, TinyModel.Schema, out _)!, tally);

        for (var call = 1; call <= 2; call++)
        {
            Offer(shadow, slot);
            var failed = call;
            await ServingHost.Until(() => Task.FromResult(tally.Read().Failed == failed));
        }

        shadow.Stop();
    }

    private static void Offer(Shadow shadow, ModelSlot slot)
    {
        using var rows = new PredictionRows(TinyModel.Schema.Inputs.Count);
        var cells = rows.AddRow();
        (cells[0], cells[1], cells[2]) = (30, 500, 2);
        var call = new EndedCall
        {
            Http = new DefaultHttpContext(),
            Call = new PredictCall(PlainDialect.Instance, slot, new PredictTarget("default", "churn")),
            Rows = rows,
            Predictions = new float[] { 0.5f },
            Outcome = PredictOutcome.Ok,
        };
        shadow.Offer(in call);
    }
}
