using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class LineageLookups : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "ix_tracking_run_models_model_id",
                table: "tracking_run_models",
                column: "model_id");

            migrationBuilder.CreateIndex(
                name: "ix_tracking_models_source_run_id",
                table: "tracking_models",
                column: "source_run_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_tracking_run_models_model_id",
                table: "tracking_run_models");

            migrationBuilder.DropIndex(
                name: "ix_tracking_models_source_run_id",
                table: "tracking_models");
        }
    }
}
